using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Brig.Engine.Build;

/// <summary>What a build tells of itself.</summary>
public abstract record BuildEvent
{
    /// <summary>An instruction begins, FROM too.</summary>
    /// <param name="Number">From 1; 0: an ONBUILD of the base image.</param>
    /// <param name="Total">Over all stages that are built.</param>
    public sealed record Step(int Number, int Total, string Text) : BuildEvent;

    /// <summary>A line of a RUN's output.</summary>
    public sealed record Printed(string Line) : BuildEvent;

    /// <summary>FROM has its image.</summary>
    /// <param name="ConfigDigest">Null: scratch, or an earlier stage.</param>
    public sealed record Based(string? ConfigDigest) : BuildEvent;

    /// <summary>What it makes is known from an earlier build.</summary>
    public sealed record Cached : BuildEvent;

    /// <summary>A RUN ended with another code than 0; the build fails.</summary>
    public sealed record Exited(ImmutableArray<string> Command, int Code) : BuildEvent;
}

/// <summary>
/// A build told in the order of its Dockerfile, though its stages go on at the same time. Read it to the end, or cancel the build: it waits for its reader.
/// </summary>
public sealed class BuildProgress
{
    private const int Kept = 1024;

    private readonly TaskCompletionSource<ImmutableArray<int>> _plan = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableDictionary<int, Channel<BuildEvent>> _stages = ImmutableDictionary<int, Channel<BuildEvent>>.Empty;

    /// <summary>Arguments that no ARG asks for; known when the build has ended.</summary>
    public ImmutableArray<string> Unasked { get; internal set; } = [];

    /// <summary>Ends when the build has.</summary>
    public async IAsyncEnumerable<BuildEvent> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        foreach (int stage in await _plan.Task.WaitAsync(stop))
        {
            await foreach (var told in _stages[stage].Reader.ReadAllAsync(stop))
            {
                yield return told;
            }
        }
    }

    /// <summary>All of a build at once, at most 1,024 events.</summary>
    public void Tell(IReadOnlyCollection<BuildEvent> all)
    {
        Begin([0]);
        foreach (var told in all)
        {
            _stages[0].Writer.TryWrite(told);
        }
        End();
    }

    /// <param name="stages">Their indices, in the file's order.</param>
    internal void Begin(ImmutableArray<int> stages)
    {
        // A stage that is told later than another keeps what it has to say, and waits when that is too much: nothing is lost.
        _stages = stages.ToImmutableDictionary(stage => stage, _ => Channel.CreateBounded<BuildEvent>(new BoundedChannelOptions(Kept) { SingleReader = true, SingleWriter = true }));
        _plan.TrySetResult(stages);
    }

    internal ValueTask TellAsync(int stage, BuildEvent told, CancellationToken stop) => _stages[stage].Writer.WriteAsync(told, stop);

    internal void End(int stage) => _stages[stage].Writer.TryComplete();

    /// <summary>However it ended.</summary>
    internal void End()
    {
        _plan.TrySetResult([]);
        foreach (var stage in _stages.Values)
        {
            stage.Writer.TryComplete();
        }
    }
}
