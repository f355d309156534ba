using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Health;
using Brig.Engine.PostMortems;

namespace Brig.Web.Tests.Fakes;

/// <summary>One container that ran out of memory; more can be put in.</summary>
public sealed class FakePostMortems : IPostMortems
{
    public static readonly DateTimeOffset At = new(2026, 11, 21, 20, 15, 0, TimeSpan.Zero);
    private const long Limit = 64 << 20;

    public static PostMortem Sample { get; } = new()
    {
        Id = "d1e5", Container = new(new string('c', 64)), Name = "eater", Image = "brig/busybox", CommandLine = "python3 eat.py",
        Kind = EndKind.OutOfMemory, By = EndedBy.OutOfMemoryKiller, At = At, StartedAt = At - TimeSpan.FromMinutes(3), Exit = new(137, 9, true),
        Verdict = "Killed by the kernel: `python3` took 63.5 MiB. The limit is 64 MiB.", ExitMeaning = "Ended by SIGKILL (kill, cannot be caught), which is told as code 137.",
        Hints = ["Raise the memory limit above 64 MiB, or make it need less."],
        Oom = new(new("python3", 4242, 1, Limit - (1 << 19), 0, 0) { AnonymousBytes = 60 << 20, FileBytes = 3 << 20, SharedBytes = 0 }, "container") { Kills = 1 },
        Memory = new(Limit, Limit, Limit, 60 << 20, 3 << 20, 0, 1 << 19, 0, 131),
        Processes = [new("python3", 4242, 1, Limit - (1 << 19), 0, 0), new("<script>alert(1)</script>", 4243, null, 4096, 1000, 0)],
        KernelLines = ["Memory cgroup out of memory: Killed process 4242 (python3) total-vm:1kB"],
        Metrics = new(
            [.. Enumerable.Range(0, 30).Select(second => At - TimeSpan.FromSeconds(30 - second))],
            ImmutableDictionary<string, ImmutableArray<double?>>.Empty
                .Add("cpuCores", [.. Enumerable.Range(0, 30).Select(second => second == 0 ? (double?)null : 0.5)])
                .Add("memory", [.. Enumerable.Range(0, 30).Select(second => (double?)(second * (2 << 20)))])
                .Add("workingSet", [.. Enumerable.Range(0, 30).Select(second => (double?)(second * (2 << 20)))])
                .Add("memLimit", [.. Enumerable.Repeat((double?)Limit, 30)])
                .Add("pids", [.. Enumerable.Repeat((double?)2, 30)])),
        Lines = [new(At - TimeSpan.FromSeconds(2), OutputStream.Stdout, "eating", "1:0"), new(At - TimeSpan.FromSeconds(1), OutputStream.Stderr, "<b>more</b>", "1:60")],
        Probes = [new ProbeResult(At - TimeSpan.FromSeconds(20), At - TimeSpan.FromSeconds(19), 1, false, "not well\n")],
        Before = [new EngineEvent(7, At - TimeSpan.FromMinutes(2), "container", "update", new string('c', 64), "eater", ImmutableDictionary<string, string>.Empty.Add("limits", """{"memory":67108864,"ioRates":[]}"""))],
        Limits = new Limits { Memory = Limit },
    };

    public List<PostMortem> All { get; } = [Sample];

    public ImmutableArray<PostMortemSummary> List(string? container = null, int limit = 200) =>
        [.. All.Where(one => container is null || one.Container.Value == container || one.Name == container).Select(PostMortemSummary.Of).Take(limit)];

    public Task<PostMortem> GetAsync(string id, CancellationToken stop = default) =>
        Task.FromResult(All.Find(one => one.Id == id) ?? throw EngineException.NotFound($"There is no post-mortem \"{id}\"."));
}
