using Brig.Kernel.Tests.Attacks;
using System.Diagnostics;
using Brig.Linux.Wire;
using Brig.Tests;

namespace Brig.Kernel.Tests.Shim;

/// <summary>A folder that another container writes to is mounted where the launch itself looks for something (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881).</summary>
public sealed class ShimHostileFolderTests
{
    public static TheoryData<string> NoNull => ["link", "file", "zero", "fifo"];

    [Theory, MemberData(nameof(NoNull))]
    [Scenario("A volume on /dev whose null is something else when paths are masked with it (CVE-2025-31133)", "/dev/null must be device 1:3")]
    public void NullIsSomethingElse_NothingIsMaskedWithIt(string what)
    {
        using var folder = new TempFolder();
        Make(folder.Path + "/null", what);
        using var run = new ShimRun();
        run.Start(Bind(run.Plan("sh", "-c", "true") with { Streams = new() { OpenStdin = true } }, folder.Path, "/dev"));

        Assert.Contains("\"/dev/null\"", run.Sentence, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(NoNull))]
    public void NullIsSomethingElse_IsNoInputOfAnExec(string what)
    {
        using var run = new ShimRun();
        run.Start(run.Plan("sh", "-c", "sleep 1000"));
        string dev = $"/proc/{run.Started!.Pid}/root/dev";
        File.Delete(dev + "/null");
        Make(dev + "/null", what);
        using var exec = new ShimRun();
        exec.Start(exec.Plan("sh", "-c", "true") with { Kind = LaunchKind.Exec, Root = null, Target = new(run.Started.Pid, run.Started.StartTicks) });

        Assert.Contains("/dev/null\"", exec.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [Scenario("A volume on /dev/pts whose ptmx is something else", "a terminal must lie on devpts")]
    [InlineData("file")]
    [InlineData("zero")]
    [InlineData("link")]
    public void PtmxIsSomethingElse_IsNoTerminal(string what)
    {
        using var folder = new TempFolder();
        Make(folder.Path + "/ptmx", what);
        using var run = new ShimRun();
        run.Start(Bind(run.Plan("sh", "-c", "true") with { Streams = new() { Tty = true } }, folder.Path, "/dev/pts"));

        Assert.Contains("/dev/pts/ptmx\"", run.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    [Scenario("A volume on /dev whose console is a link into /proc (CVE-2025-52565)", "nothing is mounted over proc by a link")]
    public void ConsoleIsALinkIntoProc_IsNotMountedOn()
    {
        using var folder = new TempFolder();
        Make(folder.Path + "/null", "null");
        File.CreateSymbolicLink(folder.Path + "/console", "/proc/sys/kernel/core_pattern");
        Directory.CreateDirectory(folder.Path + "/pts");
        using var run = new ShimRun();
        var plan = Bind(run.Plan("sh", "-c", "true") with { Streams = new() { Tty = true } }, folder.Path, "/dev");
        run.Start(plan with { Root = plan.Root! with { Mounts = [.. plan.Root.Mounts, .. StandardRoot.Mounts.Where(mount => mount.Target == "/dev/pts")] } });

        Assert.Contains("\"/dev/console\" leads into /proc", run.Sentence, StringComparison.Ordinal);
    }

    /// <summary>Who has covered a file of the container's /proc gets nothing that is written for the next container that shares it.</summary>
    [Fact]
    [Scenario("Cover files of /proc that the next start writes to (CVE-2025-52881)", "settings are written through the host's own proc")]
    public async Task ProcIsCovered_SettingsStillReachTheKernel()
    {
        using var first = new ShimRun();
        first.Start(With(first.Plan("sh", "-c", "mkdir /tmp/net; mount -o bind /tmp/net /proc/sys/net; mount -t tmpfs none /proc/1; echo ready; sleep 1000"), CapabilityPlan.All));
        await Wait.Until(() => first.Log().Contains("ready"), "it has covered them");
        using var second = new ShimRun();
        var plan = With(second.Plan("sh", "-c", "mkdir /tmp/p; mount -t proc none /tmp/p; cat /tmp/p/sys/net/core/somaxconn /tmp/p/self/oom_score_adj"), CapabilityPlan.All);
        second.Start(plan with
        {
            Root = null, Sysctls = [new("net.core.somaxconn", "77")], Process = plan.Process with { OomScoreAdj = 321 },
            Namespaces = new() { Mount = NamespaceTarget.Join(first.Started!.Pid, "mnt") }, Streams = new() { OpenStdin = true },
        });
        second.Wait();

        Assert.Equal(["77", "321"], second.Log());
    }

    private static LaunchPlan With(LaunchPlan plan, ulong capabilities) =>
        plan with { Process = plan.Process with { Capabilities = CapabilityPlan.Of(capabilities) }, Root = plan.Root! with { ReadOnlyPaths = [], MaskedPaths = [] } };

    private static LaunchPlan Bind(LaunchPlan plan, string source, string target) =>
        plan with { Root = plan.Root! with { Mounts = [.. plan.Root.Mounts, new(MountKind.Bind, source, target)] } };

    private static void Make(string path, string what)
    {
        switch (what)
        {
            case "link":
                File.CreateSymbolicLink(path, "/proc/sys/kernel/core_pattern");
                break;
            case "file":
                File.WriteAllText(path, "");
                break;
            default:
                string[] kind = what switch { "zero" => ["c", "1", "5"], "null" => ["c", "1", "3"], _ => ["p"] };
                using (var mknod = Process.Start("mknod", [path, .. kind]))
                {
                    mknod.WaitForExit();
                }
                break;
        }
    }
}
