using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Brig.Engine.Containers;
using Brig.Engine.Logs;

namespace Brig.Web.Tests.Fakes;

public sealed class FakeLogs : ILogs
{
    public List<(OutputStream Stream, string Text)> Lines { get; } = [];

    public DateTimeOffset? Until { get; private set; }

    public async IAsyncEnumerable<LogBatch> ReadAsync(string idOrName, LogQuery query, [EnumeratorCancellation] CancellationToken stop = default)
    {
        await Task.CompletedTask;
        Until = query.Until;
        yield return new(Lines.Select((l, i) => new LogLine(new(1, i * 100), i, l.Stream, false, l.Text)).TakeLast(query.Tail ?? int.MaxValue).ToImmutableArray(), 0);
    }

    public Task CopyAsync(string idOrName, LogQuery query, LogStyle style, Stream destination, CancellationToken stop = default) => Task.CompletedTask;
}
