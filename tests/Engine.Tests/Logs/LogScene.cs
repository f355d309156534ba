using System.Text;
using Brig.Engine.Logs;
using Brig.Shim;
using Brig.Tests;

namespace Brig.Engine.Tests.Logs;

/// <summary>A container's log with its writer and its reader, and a clock that only the writer moves.</summary>
internal sealed class LogScene : IDisposable
{
    private readonly TempFolder _temp = new();

    public LogScene()
    {
        Folder = _temp.In($"containers/{Owner.Id}/log");
        Directory.CreateDirectory(Path.GetDirectoryName(Folder)!);
        var paths = new EnginePaths(new EngineOptions { Root = _temp.Path });
        Kept = paths.KeptLog(Owner.Id);
        Logs = new LogReader(Owner, paths, TimeProvider.System);
    }

    public OneOwner Owner { get; } = new();
    public ILogs Logs { get; }
    public string Folder { get; }

    /// <summary>Where it is when the container has been removed.</summary>
    public string Kept { get; }

    /// <summary>Nanoseconds since 1970; 2026-11-21T20:52:22Z.</summary>
    public long Now { get; set; } = 1_795_294_342_000_000_000;

    public static DateTimeOffset Time(int seconds) => DateTimeOffset.FromUnixTimeSeconds(1_795_294_342 + seconds);

    public LogFile Writer(long maxSize = 1 << 20, int maxFiles = 8) => new(Folder, maxSize, maxFiles, () => Now);

    /// <summary>Lines "0" to count - 1, a second apart.</summary>
    public void WriteNumbers(int count, long maxSize = 1 << 20, int maxFiles = 8, string tail = "")
    {
        var log = Writer(maxSize, maxFiles);
        for (int i = 0; i < count; i++, Now += 1_000_000_000)
            log.Append(i % 3 == 2 ? (byte)2 : (byte)1, Encoding.ASCII.GetBytes($"{i}{tail}\n"));
        log.Finish();
    }

    public async Task<(List<LogLine> Lines, long Skipped)> ReadAsync(LogQuery query)
    {
        var lines = new List<LogLine>();
        long skipped = 0;
        await foreach (var batch in Logs.ReadAsync("one", query))
        {
            lines.AddRange(batch.Lines);
            skipped += batch.Skipped;
        }
        return (lines, skipped);
    }

    public async Task<string[]> TextsAsync(LogQuery query) => [.. (await ReadAsync(query)).Lines.Select(l => l.Text)];

    public async Task<string> CopyAsync(LogQuery query, bool timestamps = false)
    {
        var copy = new MemoryStream();
        await Logs.CopyAsync("one", query, timestamps, copy);
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    public void Dispose() => _temp.Dispose();
}
