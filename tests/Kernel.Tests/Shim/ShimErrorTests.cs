using Brig.Linux.Wire;

namespace Brig.Kernel.Tests.Shim;

/// <summary>What cannot be started says why in one sentence and leaves nothing.</summary>
public sealed class ShimErrorTests
{
    private static void Fails(Func<LaunchPlan, LaunchPlan> change, string sentence)
    {
        using var run = new ShimRun();
        run.Start(change(run.Plan("true")));
        Assert.Equal(sentence.Replace("FOLDER", run.Folder, StringComparison.Ordinal), run.Sentence);
        AssertNothingLeft(run);
    }

    private static void AssertNothingLeft(ShimRun run)
    {
        run.Engine.ReadToEnd();
        Assert.Empty(Directory.GetFileSystemEntries(run.RunFolder));
        Assert.DoesNotContain(run.Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.False(File.Exists(run.StateFolder + "/exit"));
    }

    private static LaunchPlan With(LaunchPlan plan, Func<ProcessPlan, ProcessPlan> change) => plan with { Process = change(plan.Process) };

    [Fact]
    public void Start_CommandNotInPath_SaysWhereItLooked() =>
        Fails(p => With(p, x => x with { Args = ["nonesuch"], Env = ["PATH=/bin:/usr/bin"] }), "command not found: nonesuch (looked in /bin:/usr/bin)");

    [Fact]
    public void Start_CommandPathMissing_SaysCommandNotFound() =>
        Fails(p => With(p, x => x with { Args = ["/bin/nonesuch"] }), "command not found: /bin/nonesuch");

    [Fact]
    public void Start_InterpreterMissing_SaysSo()
    {
        using var run = new ShimRun();
        File.WriteAllText(run.Folder + "/upper/script", "#!/not/there\n");
        File.SetUnixFileMode(run.Folder + "/upper/script", (UnixFileMode)0b111_101_101);
        run.Start(run.Plan("/script"));
        Assert.Equal("\"/script\" cannot be executed: the interpreter it asks for is missing", run.Sentence);
    }

    [Fact]
    public void Start_FileWithoutExecuteBit_SaysNotExecutable() =>
        Fails(p => With(p, x => x with { Args = ["/etc/passwd"] }), "\"/etc/passwd\" is not executable");

    [Fact]
    public void Start_FileInPathWithoutExecuteBit_SaysNotExecutable() =>
        Fails(p => With(p, x => x with { Args = ["passwd"], Env = ["PATH=/etc"] }), "\"/etc/passwd\" is not executable");

    [Fact]
    public void Start_UnknownUser_SaysSo() =>
        Fails(p => With(p, x => x with { User = "nobodyhere" }), "user \"nobodyhere\" is not in the image's /etc/passwd");

    [Fact]
    public void Start_UnknownGroup_SaysSo() =>
        Fails(p => With(p, x => x with { User = "tester:nogroup" }), "group \"nogroup\" is not in the image's /etc/group");

    [Fact]
    public void Start_WorkingDirMissing_SaysSo() =>
        Fails(p => With(p, x => x with { WorkingDir = "/not/there" }), "the working directory \"/not/there\" does not exist in the container");

    [Fact]
    public void Start_MountSourceMissing_SaysSo() => Fails(
        p => p with { Root = p.Root! with { Mounts = [.. p.Root.Mounts, new(MountKind.Bind, "/not/there", "/mnt")] } },
        "the source of the mount on \"/mnt\" does not exist: \"/not/there\"");

    [Fact]
    public void Start_NoCommand_SaysSo() => Fails(p => With(p, x => x with { Args = [] }), "there is no command to execute");

    [Fact]
    public void Start_MountTargetNotAbsolute_SaysSo() => Fails(
        p => p with { Root = p.Root! with { Mounts = [.. p.Root.Mounts, new(MountKind.Bind, "/tmp", "data")] } }, "the target of a mount is not an absolute path: \"data\"");

    [Fact]
    public void Start_LayerMissing_NamesIt()
    {
        using var run = new ShimRun();
        var plan = run.Plan("true");
        run.Start(plan with { Root = plan.Root! with { LowerDirectories = ["/not/there"] } });
        Assert.EndsWith(" of the layer \"/not/there\": ENOENT (no such file or directory)", run.Sentence, StringComparison.Ordinal);     // by fsconfig or open
        AssertNothingLeft(run);
    }

    [Fact]
    public void Start_EnvironmentOfTenMegabytes_SaysTooLong() =>
        Fails(p => With(p, x => x with { Env = ["PATH=/bin", "BIG=" + new string('x', 10_000_000)] }), "execve \"/bin/true\": E2BIG (argument list too long)");

    [Fact]
    public void Start_RequiredRlimitAboveTheHardLimit_SaysSo() => Fails(
        p => With(p, x => x with { Rlimits = [new(7, 1UL << 40, 1UL << 40, true)] }),
        "this machine does not allow RLIMIT_NOFILE 1099511627776:1099511627776: its own hard limit is lower");

    [Theory]
    [InlineData("4294967295", "user \"4294967295\" is not in the image's /etc/passwd")]
    [InlineData("0:4294967295", "group \"4294967295\" is not in the image's /etc/group")]
    public void Start_NumberThatMeansAsItIs_IsNotRoot(string user, string sentence) => Fails(p => With(p, x => x with { User = user }), sentence);

    [Fact]
    public void Start_UserWhoseNumberMeansAsItIs_IsNotRoot()
    {
        using var run = new ShimRun();
        Directory.CreateDirectory(run.Folder + "/upper/etc");
        File.WriteAllText(run.Folder + "/upper/etc/passwd", "app:x:4294967295:1000::/:/bin/sh\n");
        var plan = run.Plan("id");
        run.Start(plan with { Process = plan.Process with { User = "app" } });
        Assert.Equal("the line of \"app\" in the image's /etc/passwd or /etc/group has no number", run.Sentence);
    }

    [Fact]
    public void Start_UnknownSysctl_SaysSo() =>
        Fails(p => p with { Sysctls = [new("net.nonesuch", "1")] }, "the kernel has no sysctl \"net.nonesuch\" here");

    [Fact]
    public void Start_CgroupMissing_NamesIt() => Fails(
        p => p with { Cgroup = new() { V1Directories = ["/not/there"] } }, "open \"/not/there/tasks\": ENOENT (no such file or directory)");

    [Fact]
    public void Start_ScriptWithoutInterpreterLine_SaysExecFormat()
    {
        using var run = new ShimRun();
        File.WriteAllText(run.Folder + "/upper/script", "echo no\n");
        File.SetUnixFileMode(run.Folder + "/upper/script", (UnixFileMode)0b111_101_101);
        run.Start(run.Plan("/script"));
        Assert.Equal("execve \"/script\": ENOEXEC (exec format error)", run.Sentence);
    }
}
