using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.History;

namespace Brig.Web.Tests.Fakes;

/// <summary>Answers what a test puts in; what makes no sense is refused as the engine refuses it.</summary>
public sealed class FakeHistory : IHistory
{
    public HistoryAnswer Answer { get; set; } = new(0, 2000, 1000, 1, 0, [new("machine", "machine", "cpuCores", [0.5, double.NaN], [0.75, double.NaN], [1, double.NaN])]);

    public ImmutableArray<HistorySource> All { get; set; } = [new(HistorySource.Machine, HistorySource.Machine, null, null, null, ImmutableDictionary<string, string>.Empty, null, 0, 2000, null)];

    public ImmutableArray<HistoryMark> Marks { get; set; } = [];

    public HistoryState State { get; set; } = new(null, 4096, 1 << 30, 0);

    public HistoryQuery? Asked { get; private set; }
    public MarkQuery? AskedMarks { get; private set; }

    public Task<HistoryAnswer> ReadAsync(HistoryQuery query, CancellationToken stop = default)
    {
        query.Check();
        Asked = query;
        return query.Sources.Contains("nobody") ? Task.FromException<HistoryAnswer>(EngineException.NotFound("Nothing called \"nobody\" has a history.")) : Task.FromResult(Answer);
    }

    public ImmutableArray<HistorySource> Sources() => All;

    public Task<ImmutableArray<HistoryMark>> MarksAsync(MarkQuery query, CancellationToken stop = default)
    {
        query.Check();
        AskedMarks = query;
        return Task.FromResult(Marks);
    }
}
