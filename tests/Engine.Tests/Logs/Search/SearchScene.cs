using System.Collections.Immutable;
using System.Text;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;
using Brig.Shim;
using Brig.Tests;

namespace Brig.Engine.Tests.Logs.Search;

/// <summary>Several containers with real log files, and the search over them.</summary>
internal sealed class SearchScene : ILogOwners, IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly List<LogSource> _sources = [];
    private readonly LogSearcher _searcher;

    public SearchScene()
    {
        Paths = new(new EngineOptions { Root = _temp.Path });
        _searcher = new(this, new(Paths), TimeProvider.System);
    }

    public EnginePaths Paths { get; }
    public ILogSearch Search => _searcher;

    /// <summary>Nanoseconds since 1970; 2026-11-21T20:52:22Z, before now.</summary>
    public long Now { get; set; } = 1_795_294_342_000_000_000;

    public static DateTimeOffset Time(double seconds) => DateTimeOffset.FromUnixTimeSeconds(1_795_294_342).AddSeconds(seconds);

    /// <summary>Its files are where those of removed containers are.</summary>
    public void Remove(string name)
    {
        int at = _sources.FindIndex(source => source.Name == name);
        long bytes = new DirectoryInfo(FolderOf(name)).GetFiles().Sum(file => file.Length);
        Directory.CreateDirectory(Paths.KeptLogs);
        Directory.Move(FolderOf(name), Paths.KeptLog(_sources[at].Id));
        _sources[at] = _sources[at] with { RemovedAt = Time((Now - 1_795_294_342_000_000_000) / 1e9), Bytes = bytes };
    }

    public LogSource Add(string name, string? stack = null)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add("of", name);
        var source = new LogSource(ContainerId.New(), name, "image", stack is null ? labels : labels.Add("com.docker.compose.project", stack), Time(-10));
        _sources.Add(source);
        Directory.CreateDirectory(Path.GetDirectoryName(FolderOf(name))!);
        return source;
    }

    public string FolderOf(string name) => Paths.Container(Find(name)) + "/log";

    public LogFile Writer(string name, long maxSize = 1 << 24, int maxFiles = 8) => new(FolderOf(name), maxSize, maxFiles, () => Now);

    /// <summary>One line each, a second apart.</summary>
    public void Write(string name, params string[] lines)
    {
        if (_sources.TrueForAll(source => source.Name != name))
            Add(name);
        var log = Writer(name);
        foreach (string line in lines)
        {
            log.Append(1, Encoding.UTF8.GetBytes(line + "\n"));
            Now += 1_000_000_000;
        }
        log.Finish();
    }

    public async Task<Found> FindAsync(LogSearch search)
    {
        var found = new Found();
        await foreach (var batch in Search.SearchAsync(search))
        {
            found.Sources.AddRange(batch.Sources);
            found.Lines.AddRange(batch.Lines);
            found.Last = batch;
            found.Histogram = batch.Histogram ?? found.Histogram;
        }
        Assert.True(found.Last!.Done);
        return found;
    }

    public async Task<string[]> TextsAsync(LogSearch search) => [.. (await FindAsync(search)).Lines.Select(line => line.Text)];

    public async Task<string> CopyAsync(LogSearch search, LogDownload format = LogDownload.Text)
    {
        var copy = new MemoryStream();
        using var searching = Search.Begin(search);
        await searching.CopyAsync(format, copy);
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    public ContainerId Find(string idOrName) => _sources.Find(source => source.Name == idOrName || source.Id.Value == idOrName)?.Id ?? throw EngineException.NotFound("no");

    public LogOwner Look(ContainerId id) => LogOwner.Ended;

    public LogSource? Removed(string idOrName) => null;

    public Task ForgetAsync(string idOrName) => throw EngineException.NotFound("none");

    public ImmutableArray<LogSource> Sources() => [.. _sources];

    public void Dispose()
    {
        _searcher.Dispose();
        _temp.Dispose();
    }
}

internal sealed class Found
{
    public List<LogSource> Sources { get; } = [];
    public List<FoundLine> Lines { get; } = [];
    public LogSearchBatch? Last { get; set; }
    public SearchHistogram? Histogram { get; set; }
    public IEnumerable<string> Told => Lines.Select(line => $"{Sources[line.Source].Name} {line.Text}");
}
