using Brig.Linux.Wire;
using Brig.Tests;

namespace Brig.Kernel.Tests.Shim;

/// <summary>Each of the eight namespaces new, the host's and another container's, told from inside and seen from outside.</summary>
[Trait("Guest", "too")]
public sealed class ShimNamespaceTests
{
    private static readonly string[] s_kinds = ["mnt", "pid", "net", "uts", "ipc", "cgroup", "user", "time"];

    private const string Links = "for n in mnt pid net uts ipc cgroup user time; do readlink /proc/self/ns/$n; done; exec sleep 100";

    private static NamespacePlan With(string kind, NamespaceTarget target)
    {
        var all = new NamespacePlan();
        return kind switch
        {
            "mnt" => all with { Mount = target },
            "pid" => all with { Pid = target },
            "net" => all with { Net = target },
            "uts" => all with { Uts = target },
            "ipc" => all with { Ipc = target },
            "cgroup" => all with { Cgroup = target },
            "user" => all with { User = target },
            _ => all with { Time = target },
        };
    }

    private static LaunchPlan PlanOf(ShimRun run, NamespacePlan namespaces) => run.Plan("sh", "-c", Links) with
    {
        Namespaces = namespaces.User.Mode == NamespaceMode.New ? namespaces with { UidMap = [new(0, 100_000, 65_536)], GidMap = [new(0, 100_000, 65_536)] } : namespaces,
        Root = namespaces.Mount.Mode == NamespaceMode.Join ? null : run.Plan().Root,
    };

    private static async Task<Dictionary<string, string>> LinksInside(ShimRun run)
    {
        Assert.Null(run.Failed);
        await Wait.Until(() => run.Log(1).Count == s_kinds.Length, () => $"eight lines, seen {string.Join(',', run.Log())}");
        return s_kinds.Zip(run.Log(1)).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static string Link(int pid, string kind) => new FileInfo($"/proc/{pid}/ns/{kind}").LinkTarget!;

    [Fact]
    public async Task Start_Defaults_AreNewButUserAndTime()
    {
        using var run = new ShimRun();
        run.Start(PlanOf(run, new NamespacePlan()));
        var inside = await LinksInside(run);
        foreach (var kind in s_kinds)
        {
            Assert.Equal(inside[kind], Link(run.Started!.Pid, kind));
            Assert.Equal(kind is "user" or "time", inside[kind] == Link(Environment.ProcessId, kind));
        }
    }

    [Theory]
    [InlineData("user")]
    [InlineData("time")]
    public async Task Start_New_IsNotTheHosts(string kind)
    {
        using var run = new ShimRun();
        run.Start(PlanOf(run, With(kind, NamespaceTarget.New)));
        var inside = await LinksInside(run);
        Assert.NotEqual(Link(Environment.ProcessId, kind), inside[kind]);
        Assert.Equal(inside[kind], Link(run.Started!.Pid, kind));
    }

    [Theory]
    [InlineData("pid")]
    [InlineData("net")]
    [InlineData("uts")]
    [InlineData("ipc")]
    [InlineData("cgroup")]
    public async Task Start_Host_IsTheHosts(string kind)
    {
        using var run = new ShimRun();
        run.Start(PlanOf(run, With(kind, NamespaceTarget.Host)));
        Assert.Equal(Link(Environment.ProcessId, kind), (await LinksInside(run))[kind]);
    }

    [Theory]
    [InlineData("mnt")]
    [InlineData("pid")]
    [InlineData("net")]
    [InlineData("uts")]
    [InlineData("ipc")]
    [InlineData("cgroup")]
    [InlineData("user")]
    [InlineData("time")]
    public async Task Start_Join_IsTheOthers(string kind)
    {
        using var other = new ShimRun();
        other.Start(PlanOf(other, new NamespacePlan { User = kind == "user" ? NamespaceTarget.New : NamespaceTarget.Host, Time = NamespaceTarget.New }));
        var theirs = await LinksInside(other);
        using var run = new ShimRun();
        run.Start(PlanOf(run, With(kind, NamespaceTarget.Join(other.Started!.Pid, kind))));
        // The /proc of a joined mount namespace tells of the other's processes only.
        var inside = kind == "mnt" ? s_kinds.ToDictionary(one => one, one => Link(run.Started!.Pid, one)) : await LinksInside(run);
        Assert.Equal(theirs[kind], inside[kind]);
        Assert.Equal(inside[kind], Link(run.Started!.Pid, kind));
        foreach (var another in s_kinds)
            if (another != kind && another is not ("user" or "time"))
                Assert.NotEqual(theirs[another], inside[another]);
    }

    [Fact]
    public void Start_NewUser_RootInsideIsNobodyOutsideAndOwnsTheImage()
    {
        using var run = new ShimRun();
        run.Start(PlanOf(run, With("user", NamespaceTarget.New)) with
        {
            Process = run.Plan().Process with { Args = ["sh", "-c", "id -u; stat -c %u:%g /bin/busybox /etc; echo x > /etc/new; touch /tmp/y; echo x > /dev/null; cat /proc/self/uid_map"] },
        });
        Assert.Null(run.Failed?.Sentence);
        run.Wait();
        Assert.Empty(run.Log(2));
        Assert.Equal(["0", "0:0", "0:0", "0     100000      65536"], run.Log(1).Select(line => line.Trim()));
        Assert.Equal("100000", Owner(run.Folder + "/upper/etc/new"));
    }

    [Fact]
    public void Start_NewUserAsOtherUser_IsThatUserInside()
    {
        using var run = new ShimRun();
        run.Start(PlanOf(run, With("user", NamespaceTarget.New)) with { Process = run.Plan().Process with { Args = ["id", "-un"], User = "tester" } });
        run.Wait();
        Assert.Equal(["tester"], run.Log(1));
    }

    [Fact]
    public void Start_NewUserWithBind_SeesTheBind()
    {
        using var run = new ShimRun();
        using var folder = new TempFolder();
        File.WriteAllText(folder.Path + "/file", "host\n");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        var plan = PlanOf(run, With("user", NamespaceTarget.New)) with { Process = run.Plan().Process with { Args = ["cat", "/data/file"] } };
        run.Start(plan with { Root = plan.Root! with { Mounts = [.. plan.Root.Mounts, new(MountKind.Bind, folder.Path, "/data")] } });
        run.Wait();
        Assert.Equal(["host"], run.Log());
    }

    private static string Owner(string path)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}
