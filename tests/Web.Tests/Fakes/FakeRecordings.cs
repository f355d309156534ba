using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Isolation;

namespace Brig.Web.Tests.Fakes;

/// <summary>A recording as the test wants it, with a record of what was asked.</summary>
public sealed class FakeRecordings : IRecordings
{
    public Recording? Now { get; set; }
    public LeastPrivilege? Proposal { get; set; }
    public PendingPrivilege? Pending { get; set; }
    public List<string> Asked { get; } = [];

    public static Recording Recorded(RecordingState state, string[] calls, string[] capabilities) => new(
        state, [new(FakeContainers.At, state == RecordingState.Watching ? null : FakeContainers.At.AddMinutes(3), true, state == RecordingState.Watching ? SpanEnd.Open : SpanEnd.Stopped)], TimeSpan.FromMinutes(3),
        [.. calls.Select((name, i) => new SeenCall(name, i, "x86_64", 7))], [.. capabilities.Select(name => new SeenCapability(name, 1))], [], ["sh"], false, null);

    public Task<Recording?> FindAsync(string idOrName, CancellationToken stop = default) => Task.FromResult(Now);

    public Task<Recording> StartAsync(string idOrName, bool fromNextStart = false, bool keep = false, CancellationToken stop = default)
    {
        Asked.Add($"start {(fromNextStart ? "next" : "now")}{(keep ? " keep" : "")}");
        Now = Recorded(fromNextStart ? RecordingState.Armed : RecordingState.Watching, [], []);
        return Task.FromResult(Now);
    }

    public Task<Recording> StopAsync(string idOrName, CancellationToken stop = default)
    {
        Asked.Add("stop");
        Now = Now! with { State = RecordingState.Ended };
        return Task.FromResult(Now);
    }

    public Task<LeastPrivilege> ProposeAsync(string idOrName, CancellationToken stop = default) => Task.FromResult(Proposal ?? throw EngineException.Conflict("Nothing was seen yet."));

    public Task<PendingPrivilege> ApplyAsync(string idOrName, CancellationToken stop = default)
    {
        Asked.Add("apply");
        Pending = new(FakeContainers.At, Proposal!.SeccompProfile, Proposal.CapDrop, Proposal.CapAdd);
        return Task.FromResult(Pending);
    }

    public Task DiscardAsync(string idOrName, CancellationToken stop = default)
    {
        Asked.Add("discard");
        Pending = null;
        return Task.CompletedTask;
    }

    public Task<PendingPrivilege?> PendingAsync(string idOrName, CancellationToken stop = default) => Task.FromResult(Pending);
}
