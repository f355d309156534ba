using Brig.Kernel.Tests.Cgroups;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Kernel.Tests.Shim;

/// <summary>The program is in its cgroup before it is anywhere else, and its out-of-memory kills are told.</summary>
[Trait("Guest", "too")]
public sealed class ShimCgroupTests
{
    private static CgroupPlan PlanOf(Cgroup cgroup) => new()
    {
        V2Directory = cgroup.Entry.V2Directory,
        V1Directories = cgroup.Entry.V1Directories,
        OomFile = cgroup.OomCounter?.File,
        OomKey = cgroup.OomCounter?.Key ?? "",
    };

    public static TheoryData<string> Hosts => CgroupHosts.Names;

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Start_InACgroup_IsThereAndSeesItAsTheRoot(string host)
    {
        using var cgroup = new TestCgroup(host);
        using var run = new ShimRun();
        run.Start(run.Plan("sh", "-c", "cut -d: -f3 /proc/self/cgroup | sort -u; read x") with { Cgroup = PlanOf(cgroup.Cgroup), Streams = new() { OpenStdin = true } }, AttachFlags.None);
        Assert.Null(run.Failed?.Sentence);
        Assert.Contains("/\n", run.Engine.ReadUntil("/\n"), StringComparison.Ordinal);
        Assert.Contains(run.Started!.Pid, cgroup.Cgroup.Pids());
        Assert.Contains(cgroup.Instance, File.ReadAllText($"/proc/{run.Started.Pid}/cgroup"), StringComparison.Ordinal);

        using var exec = new ShimRun();
        exec.Start(exec.Plan("sleep", "100") with { Kind = LaunchKind.Exec, Root = null, Cgroup = PlanOf(cgroup.Cgroup), Target = new(run.Started.Pid, run.Started.StartTicks) });
        Assert.Contains(exec.Started!.Pid, cgroup.Cgroup.Pids());
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Start_CgroupMadeMeanwhile_WaitsForItAndEntersIt(string host)
    {
        using var cgroup = new TestCgroup(host);
        cgroup.Cgroup.Remove();
        using var run = new ShimRun();
        run.Start(run.Plan("sleep", "100") with { Cgroup = PlanOf(cgroup.Cgroup) with { MadeMeanwhile = true } }, meanwhile: engine =>
        {
            cgroup.Host.Create(cgroup.Cgroup.Path);
            engine.Send(Requests.Enter());
        });
        Assert.Null(run.Failed?.Sentence);
        Assert.Contains(run.Started!.Pid, cgroup.Cgroup.Pids());
        Assert.Contains(run.Birth!.Steps, step => step.Arguments.Contains("the cgroup is there", StringComparison.Ordinal));
    }

    [Fact]
    public void Start_EngineGivesUpBeforeTheCgroup_NothingIsLeft()
    {
        using var run = new ShimRun();
        run.Start(run.Plan("sleep", "100") with { Cgroup = new() { V2Directory = "/not/there", MadeMeanwhile = true } }, meanwhile: engine => engine.EndSending());
        Assert.Equal("the engine went away before the cgroup was made", run.Sentence);
        run.Engine.ReadToEnd();
        Assert.Empty(Directory.GetFileSystemEntries(run.RunFolder));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void End_ByTheOomKiller_IsTold(string host)
    {
        using var cgroup = new TestCgroup(host);
        cgroup.Cgroup.Apply(new CgroupLimits { Memory = 16 * 1024 * 1024, Swap = 0 });
        using var run = new ShimRun();
        run.Start(run.Plan("tail", "/dev/zero") with { Cgroup = PlanOf(cgroup.Cgroup) });
        var exit = run.Wait();
        Assert.Equal((137, 9, true), (exit.Code, exit.Signal, exit.OomKilled));

        using var again = new ShimRun();
        again.Start(again.Plan("true") with { Cgroup = PlanOf(cgroup.Cgroup) });
        Assert.False(again.Wait().OomKilled);
    }
}
