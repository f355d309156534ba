using System.Collections.Immutable;
using Brig.Engine.Isolation;
using Brig.Engine.Isolation.Seccomp;

namespace Brig.Api.Tests.Support;

/// <summary>Tells which question was asked, and answers what has one of everything.</summary>
internal sealed class FakeIsolation : IIsolation, IRecordings
{
    public static readonly Recording Seen = new(
        RecordingState.Watching, [new(FakeContainers.Then, null, true, SpanEnd.Open)], TimeSpan.FromSeconds(2), [new("read", 0, "x86_64", 7)], [new("CHOWN", 1)], [], ["sh"], false, null);

    public List<string> Calls { get; } = [];
    public bool NeverRecorded { get; set; }

    public Task<IsolationReport> ReportAsync(string idOrName, CancellationToken stop = default) => Answer<IsolationReport>("report " + idOrName, new(
        FakeContainers.Id, "web", true, false, null,
        [new("user", WallState.Up, [], [new("inode", "1", "2")], new(WallStrength.Weaker, ["SYS_ADMIN"], []), [3])],
        [new(7, 1, "sh", "S", 100000, 0, 100000, null, new(0), new(1), new(1), new(1), new(0), true, SeccompMode.Filter, 1, null, ["uts"])],
        new(false, [new(0, 100000, 65536)], []), [new(1, 0, "/", "/", "overlay", "overlay", ["rw"], [], "private", false, false)], [new('c', 1, null, "rwm", null)],
        [new("kernel.shmmax", "1", "2", false)], null));

    public Task<ImmutableArray<ProcessPrivileges>> ProcessesAsync(string idOrName, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<IdMaps> IdMapsAsync(string idOrName, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<ImmutableArray<MountRow>> MountsAsync(string idOrName, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<ImmutableArray<NamespaceComparison>> CompareAsync(string idOrName, string other, CancellationToken stop = default) => Answer<ImmutableArray<NamespaceComparison>>($"compare {idOrName} {other}", [new("mnt", 1, 2, 3)]);
    public Task<TwoViews> ViewAsync(string idOrName, CancellationToken stop = default) => Answer("view " + idOrName, new TwoViews([new("id", "id", "uid=0", "uid=1", null)]));

    public Task<ResolvedProfile?> SeccompAsync(string idOrName, CancellationToken stop = default) => throw new NotSupportedException();

    public Task<Recording?> FindAsync(string idOrName, CancellationToken stop = default) => Answer("recording " + idOrName, NeverRecorded ? null : Seen);
    public Task<Recording> StartAsync(string idOrName, bool fromNextStart = false, bool keep = false, CancellationToken stop = default) => Answer($"record {idOrName} {fromNextStart} {keep}", Seen);
    public Task<Recording> StopAsync(string idOrName, CancellationToken stop = default) => Answer("stop-recording " + idOrName, Seen);
    public Task<LeastPrivilege> ProposeAsync(string idOrName, CancellationToken stop = default) => Answer<LeastPrivilege>("propose " + idOrName, new("{}", ["read"], ["execve"], ["mount"], [], ["ALL"], ["CHOWN"], ["KILL"], Seen));
    public Task<PendingPrivilege> ApplyAsync(string idOrName, CancellationToken stop = default) => Answer<PendingPrivilege>("apply " + idOrName, new(FakeContainers.Then, "{}", ["ALL"], ["CHOWN"]));
    public Task DiscardAsync(string idOrName, CancellationToken stop = default) => Answer("discard " + idOrName, true);

    private Task<T> Answer<T>(string call, T answer)
    {
        Calls.Add(call);
        return Task.FromResult(answer);
    }

    public Task<PendingPrivilege?> PendingAsync(string idOrName, CancellationToken stop = default) => Task.FromResult<PendingPrivilege?>(null);
}
