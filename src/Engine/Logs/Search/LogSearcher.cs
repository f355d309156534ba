using System.Collections.Immutable;

namespace Brig.Engine.Logs.Search;

/// <summary>Few searches at once, sharing the cores: each more would only make all slower.</summary>
internal sealed class LogSearcher(ILogOwners owners, LogFolders folders, TimeProvider time) : ILogSearch, IDisposable
{
    /// <summary>Searches, and as many downloads.</summary>
    public const int MostAtOnce = 8;
    public const int MostLines = 10_000;
    private const int MostAround = 5_000;
    private const int ShortestId = 6;

    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private readonly int[] _running = new int[2];

    public ILogSearching Begin(LogSearch search, bool isDownload = false)
    {
        if (search.Limit is < 0 or > MostLines)
            throw EngineException.Invalid($"A search shows at most {MostLines} lines; \"limit\" is {search.Limit}.");
        if (search.From > search.To)
            throw EngineException.Invalid("The search begins later than it ends; change \"from\" or \"to\".");
        _ = new LineMatcher(search);
        if (search.After is { Length: > 0 } after)
            FoundPlace.Parse(after);
        var chosen = Choose(search.Sources);
        int kind = isDownload ? 1 : 0;
        if (Interlocked.Increment(ref _running[kind]) > MostAtOnce)
        {
            Interlocked.Decrement(ref _running[kind]);
            throw new EngineException(EngineErrorKind.Busy, isDownload
                ? $"{MostAtOnce} downloads of logs run already; wait for one to end."
                : $"{MostAtOnce} searches run already; wait for one to end, or close a page that searches.");
        }
        return new Searching(this, kind, search, chosen, folders, time);
    }

    public ImmutableArray<LogSource> Sources() => owners.Sources();

    public LogSource? Removed(string idOrName) => owners.Removed(idOrName);

    public Task ForgetAsync(string idOrName) => owners.ForgetAsync(idOrName);

    public async Task<ImmutableArray<LogLine>> AroundAsync(string idOrName, LogPosition position, int before, int behind, CancellationToken stop = default)
    {
        var id = owners.Find(idOrName);
        var lines = await Task.Run(() => LogWindow.Read(folders.Of(id), position, Math.Clamp(before, 0, MostAround), Math.Clamp(behind, 0, MostAround), LogWindow.LargeBytes), stop);
        return lines.IsEmpty ? throw EngineException.NotFound($"The log has no line at {position} any more; its file was rotated away.") : lines;
    }

    public void Dispose() => _cores.Dispose();

    private ImmutableArray<LogSource> Choose(ImmutableArray<string> names)
    {
        var all = owners.Sources();
        if (names.IsDefaultOrEmpty)
            return all;
        var chosen = new HashSet<LogSource>(ReferenceEqualityComparer.Instance);
        foreach (string name in names)
        {
            var fit = Fitting(name);
            var those = all.Where(fit).ToList();
            if (those.Count == 0 && !name.Contains(':', StringComparison.Ordinal))
                throw EngineException.NotFound($"There is no container \"{name}\", and no log is kept of one.{Near.Hint(name, all.Select(source => source.Name))}");
            chosen.UnionWith(those);
        }
        return [.. all.Where(chosen.Contains)];
    }

    private static Func<LogSource, bool> Fitting(string name)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        string what = colon < 0 ? "" : name[..colon], value = name[(colon + 1)..];
        int equals = value.IndexOf('=', StringComparison.Ordinal), slash = value.IndexOf('/', StringComparison.Ordinal);
        return what switch
        {
            "" => source => source.Id.Value == name || source.Name == name || (name.Length >= ShortestId && source.Id.Value.StartsWith(name, StringComparison.Ordinal)),
            "stack" => source => source.Stack == value,
            "service" when slash > 0 => source => source.Stack == value[..slash] && source.Service == value[(slash + 1)..],
            "label" when equals > 0 => source => source.Labels.GetValueOrDefault(value[..equals]) == value[(equals + 1)..],
            "label" => source => source.Labels.ContainsKey(value),
            _ => throw EngineException.Invalid($"\"{name}\" names no source; write a container's name or id, stack:NAME, service:STACK/NAME or label:KEY=VALUE."),
        };
    }

    private sealed class Searching(LogSearcher owner, int kind, LogSearch search, ImmutableArray<LogSource> sources, LogFolders folders, TimeProvider time) : ILogSearching
    {
        private bool _isDisposed;

        public IAsyncEnumerable<LogSearchBatch> ReadAsync(CancellationToken stop = default) => new SearchRun(search, sources, folders, owner._cores, time).ReadAsync(stop);

        public Task CopyAsync(LogDownload format, Stream to, CancellationToken stop = default)
            => new LogCopy(search, sources, folders, format, time).WriteAsync(to, stop);

        public void Dispose()
        {
            if (!_isDisposed)
                Interlocked.Decrement(ref owner._running[kind]);
            _isDisposed = true;
        }
    }
}
