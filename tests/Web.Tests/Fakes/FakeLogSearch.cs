using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;

namespace Brig.Web.Tests.Fakes;

/// <summary>Finds what a test says, as one batch.</summary>
public sealed class FakeLogSearch : ILogSearch
{
    public List<LogSource> Containers { get; } = [];
    public List<FoundLine> Lines { get; } = [];
    public LogSearch? Asked { get; private set; }
    public EngineException? Refusal { get; set; }
    public int Open { get; private set; }

    public ILogSearching Begin(LogSearch search, bool isDownload = false)
    {
        Asked = search;
        if (Refusal is { } refusal)
            throw refusal;
        Open++;
        return new Searching(this);
    }

    public ImmutableArray<LogSource> Sources() => [.. Containers];

    public LogSource? Removed(string idOrName) => Containers.Find(source => source.RemovedAt is not null && source.Name == idOrName);

    public Task ForgetAsync(string idOrName)
        => Containers.RemoveAll(source => source.Name == idOrName) > 0 ? Task.CompletedTask : throw EngineException.NotFound($"No log is kept of a removed container \"{idOrName}\".");

    public Task<ImmutableArray<LogLine>> AroundAsync(string idOrName, LogPosition position, int before, int behind, CancellationToken stop = default)
        => Task.FromResult<ImmutableArray<LogLine>>([new(position, 1_795_294_342_000_000_001, OutputStream.Stdout, false, $"{idOrName[..3]} {before} {behind}")]);

    private sealed class Searching(FakeLogSearch owner) : ILogSearching
    {
        public async IAsyncEnumerable<LogSearchBatch> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
        {
            await Task.CompletedTask;
            yield return new([.. owner.Containers], [.. owner.Lines], new(10, 20, owner.Lines.Count, 0), new(1000, 100, [[1], [], [], [], [], [2], []]), Done: true, "next");
        }

        public async Task CopyAsync(LogDownload format, Stream to, CancellationToken stop = default)
            => await to.WriteAsync(Encoding.UTF8.GetBytes($"{format} of {owner.Containers.Count}\n"), stop);

        public void Dispose() => owner.Open--;
    }
}
