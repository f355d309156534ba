using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Brig.Engine.Logs;
using Brig.Tests;

namespace Brig.Engine.Tests.Logs;

public sealed class LogFollowTests : IDisposable
{
    private readonly LogScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task ReadAsync_WriterAtFullSpeedOverRotations_MissesNoLineAndDoublesNone()
    {
        const int count = 400_000;
        var writing = Task.Run(() => WriteNumbers(0, count, maxSize: 4 << 20, maxFiles: 64));
        int next = 0;
        await foreach (var batch in _scene.Logs.ReadAsync("one", new LogQuery { Follow = true }))
        {
            Assert.Equal(0, batch.Skipped);
            foreach (var line in batch.Lines)
                Assert.Equal(next++, int.Parse(line.Text.AsSpan(0, 8), CultureInfo.InvariantCulture));
            if (next == count)
                _scene.Owner.State = LogOwner.Ended;
        }
        await writing;
        Assert.Equal(count, next);
    }

    [Fact]
    public async Task CopyAsync_WriterAtFullSpeedOverRotations_IsTheSameBytes()
    {
        const int count = 400_000;
        var writing = Task.Run(() =>
        {
            WriteNumbers(0, count, maxSize: 4 << 20, maxFiles: 64);
            _scene.Owner.State = LogOwner.Ended;
        });
        var copy = new MemoryStream();
        await _scene.Logs.CopyAsync("one", new LogQuery { Follow = true }, timestamps: false, copy);
        await writing;
        Assert.True(copy.ToArray().AsSpan().SequenceEqual(Numbers(0, count)));
    }

    /// <summary>As of a program that is over before the next look, and whose container is removed at once.</summary>
    [Fact]
    public async Task CopyAsync_LogIsWrittenAndMovedBetweenTwoLooks_ReadsItWhereItIsKept()
    {
        var copy = new MemoryStream();
        var copying = _scene.Logs.CopyAsync("one", new LogQuery { Follow = true }, timestamps: false, copy); // looks as it is called
        WriteNumbers(0, 100);
        Directory.CreateDirectory(Path.GetDirectoryName(_scene.Kept)!);
        Directory.Move(_scene.Folder, _scene.Kept);
        _scene.Owner.State = LogOwner.Removed;
        await copying.WaitAsync(Wait.Limit);
        Assert.Equal(Numbers(0, 100), copy.ToArray());
    }

    [Fact]
    public async Task ReadAsync_FilesAreRotatedAwayWhileItWaits_StillReadsThem()
    {
        WriteNumbers(0, 100, maxSize: 10_000, maxFiles: 3);
        await using var reading = _scene.Logs.ReadAsync("one", new LogQuery { Follow = true }).GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        var seen = reading.Current.Lines.Select(Number).ToList();
        for (int i = 100; i < 1000; i += 100)
        {
            var moving = reading.MoveNextAsync(); // looks at the files as it is called, and then every 50 ms
            WriteNumbers(i, 100, maxSize: 10_000, maxFiles: 3);
            Assert.True(await moving);
            seen.AddRange(reading.Current.Lines.Select(Number));
            Assert.Equal(0, reading.Current.Skipped);
            while (seen[^1] != i + 99)
            {
                Assert.True(await reading.MoveNextAsync());
                Assert.Equal(0, reading.Current.Skipped);
                seen.AddRange(reading.Current.Lines.Select(Number));
            }
        }
        Assert.Equal(Enumerable.Range(0, 1000), seen);
        Assert.Equal(3, Directory.GetFiles(_scene.Folder).Length);
    }

    [Fact]
    public async Task ReadAsync_ReaderSleptThroughManyRotations_SaysAboutHowManyAreLost()
    {
        WriteNumbers(0, 10, maxSize: 10_000, maxFiles: 3);
        await using var reading = _scene.Logs.ReadAsync("one", new LogQuery { Follow = true }).GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());
        WriteNumbers(10, 9_990, maxSize: 10_000, maxFiles: 3);
        _scene.Owner.State = LogOwner.Ended;
        long skipped = 0;
        var seen = new List<int>();
        while (await reading.MoveNextAsync())
        {
            skipped += reading.Current.Skipped;
            seen.AddRange(reading.Current.Lines.Select(Number));
        }
        Assert.Equal(seen.Order().Distinct(), seen);
        Assert.Equal(9_999, seen[^1]);
        Assert.InRange(skipped + seen.Count, 9_500, 10_500);
    }

    [Fact]
    public async Task ReadAsync_LogBeginsLater_IsFollowedFromItsFirstLine()
    {
        await using var reading = _scene.Logs.ReadAsync("one", new LogQuery { Follow = true, Tail = 0 }).GetAsyncEnumerator();
        var moving = reading.MoveNextAsync();
        WriteNumbers(0, 1);
        Assert.True(await moving);
        Assert.Equal([0], reading.Current.Lines.Select(Number));
    }

    [Fact]
    public async Task ReadAsync_TailZeroAndFollow_GivesOnlyWhatComes()
    {
        WriteNumbers(0, 500);
        await using var reading = _scene.Logs.ReadAsync("one", new LogQuery { Follow = true, Tail = 0 }).GetAsyncEnumerator();
        var moving = reading.MoveNextAsync();
        WriteNumbers(500, 1);
        Assert.True(await moving);
        Assert.Equal([500], reading.Current.Lines.Select(Number));
    }

    [Fact]
    public async Task ReadAsync_ContainerEnds_EndsAfterTheLastLineUnlessThroughRestarts()
    {
        var ending = Collect(new LogQuery { Follow = true }, out var ended);
        var staying = Collect(new LogQuery { Follow = true, ThroughRestarts = true }, out var removed);
        WriteNumbers(0, 10);
        _scene.Owner.State = LogOwner.Ended;
        await ended.WaitAsync(Wait.Limit);
        Assert.Equal(10, ending.Count);
        _scene.Owner.State = LogOwner.Writes;
        WriteNumbers(10, 10);
        await Wait.Until(() => staying.Count == 20, () => $"20 lines, not {staying.Count}");
        Assert.False(removed.IsCompleted);
        _scene.Owner.State = LogOwner.Removed;
        await removed.WaitAsync(Wait.Limit);
    }

    [Fact]
    public async Task ReadAsync_FolderIsRemovedWhileFollowed_EndsWithoutAnError()
    {
        WriteNumbers(0, 10);
        var read = Collect(new LogQuery { Follow = true }, out var ended);
        await Wait.Until(() => read.Count == 10, () => $"10 lines, not {read.Count}");
        Directory.Delete(_scene.Folder, recursive: true);
        _scene.Owner.State = LogOwner.Removed;
        await ended.WaitAsync(Wait.Limit);
    }

    [Fact]
    public async Task ReadAsync_EntryIsHalfWritten_WaitsForItsEnd()
    {
        WriteNumbers(0, 1);
        var read = Collect(new LogQuery { Follow = true });
        await Wait.Until(() => read.Count == 1, "the first line");
        string file = Path.Combine(_scene.Folder, "000001.log");
        File.AppendAllText(file, "2026-11-21T20:52:22.000000000Z stdout F half");
        File.AppendAllText(file, " and half\n2026-11-21T20:52:22.000000000Z stdout F more\n");
        await Wait.Until(() => read.Count == 3, () => $"3 lines, not {read.Count}");
        Assert.Equal(["half and half", "more"], read.Skip(1).Select(l => l.Text));
    }

    [Fact]
    public async Task ReadAsync_SkipBeyondWhileTheWriterRuns_CountsEveryLineOnce()
    {
        const int count = 200_000;
        var writing = Task.Run(() => WriteNumbers(0, count, maxSize: 4 << 20, maxFiles: 64));
        long told = 0;
        await foreach (var batch in _scene.Logs.ReadAsync("one", new LogQuery { Follow = true, SkipBeyond = 500 }))
        {
            Assert.InRange(batch.Lines.Length, 1, 500);
            told += batch.Skipped;
            Assert.Equal(told, Number(batch.Lines[0]));
            told += batch.Lines.Length;
            Assert.Equal(told - 1, Number(batch.Lines[^1]));
            if (told == count)
                _scene.Owner.State = LogOwner.Ended;
        }
        await writing;
    }

    private static int Number(LogLine line) => int.Parse(line.Text.AsSpan(0, 8), CultureInfo.InvariantCulture);

    private static byte[] Numbers(int from, int count)
    {
        var text = new StringBuilder(count * 100);
        for (int i = from; i < from + count; i++)
            text.Append(i.ToString("00000000", CultureInfo.InvariantCulture)).Append('.', 91).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private void WriteNumbers(int from, int count, long maxSize = 1 << 20, int maxFiles = 8)
    {
        var random = new Random(from);
        var log = _scene.Writer(maxSize, maxFiles);
        ReadOnlySpan<byte> bytes = Numbers(from, count);
        while (!bytes.IsEmpty)
        {
            int lump = Math.Min(bytes.Length, random.Next(1, 65536));
            Assert.True(log.Append(1, bytes[..lump]));
            bytes = bytes[lump..];
        }
        log.Finish();
    }

    private ConcurrentQueue<LogLine> Collect(LogQuery query) => Collect(query, out _);

    private ConcurrentQueue<LogLine> Collect(LogQuery query, out Task ended)
    {
        var read = new ConcurrentQueue<LogLine>();
        ended = Task.Run(async () =>
        {
            await foreach (var batch in _scene.Logs.ReadAsync("one", query))
                foreach (var line in batch.Lines)
                    read.Enqueue(line);
        });
        return read;
    }
}
