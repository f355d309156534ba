using System.Text;
using Brig.Engine.Logs;

namespace Brig.Engine.Tests.Logs;

public sealed class LogReaderTests : IDisposable
{
    private readonly LogScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task ReadAsync_NoLogYet_IsEmpty() => Assert.Empty(await _scene.TextsAsync(new LogQuery()));

    [Fact]
    public async Task ReadAsync_UnknownContainer_IsNotFound()
    {
        var error = await Assert.ThrowsAsync<EngineException>(async () => { await foreach (var _ in _scene.Logs.ReadAsync("two", new LogQuery())) { } });
        Assert.Equal(EngineErrorKind.NotFound, error.Kind);
    }

    [Fact]
    public async Task ReadAsync_OverManyFiles_GivesEveryLineWithItsTimeStreamAndPosition()
    {
        _scene.WriteNumbers(5000, maxSize: 40_000);
        var (lines, skipped) = await _scene.ReadAsync(new LogQuery());
        Assert.Equal(0, skipped);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"{i}"), lines.Select(l => l.Text));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % 3 == 2 ? 2 : 1), lines.Select(l => (int)l.Stream));
        Assert.Equal(1_795_294_342_000_000_000 + 4999 * 1_000_000_000L, lines[^1].Nanoseconds);
        Assert.Equal(lines.OrderBy(l => l.Position).Select(l => l.Position), lines.Select(l => l.Position));
        foreach (var line in lines.Where((_, i) => i % 321 == 0))
        {
            using var file = File.OpenRead(Path.Combine(_scene.Folder, $"{line.Position.File:000000}.log"));
            file.Position = line.Position.Offset;
            Assert.EndsWith(" " + line.Text, new StreamReader(file).ReadLine());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(999)]
    [InlineData(4999)]
    [InlineData(5000)]
    [InlineData(9999)]
    public async Task ReadAsync_Tail_GivesExactlyTheLast(int tail)
    {
        _scene.WriteNumbers(5000, maxSize: 100_000, tail: new string('x', 60));
        string[] texts = await _scene.TextsAsync(new LogQuery { Tail = tail });
        Assert.Equal(Enumerable.Range(0, 5000).TakeLast(tail).Select(i => $"{i}" + new string('x', 60)), texts);
    }

    [Fact]
    public async Task ReadAsync_TailOfOneStream_CountsOnlyIts()
    {
        _scene.WriteNumbers(3000, maxSize: 20_000);
        Assert.Equal(["2990", "2993", "2996", "2999"], await _scene.TextsAsync(new LogQuery { Tail = 4, Stdout = false }));
    }

    [Fact]
    public async Task ReadAsync_TailOfLinesInPieces_CountsLines()
    {
        var log = _scene.Writer();
        log.Append(1, "first\n"u8);
        log.Append(1, Encoding.ASCII.GetBytes(new string('a', 40_000) + "\n"));
        log.Append(1, "open"u8);
        log.Finish();
        var (lines, _) = await _scene.ReadAsync(new LogQuery { Tail = 2 });
        Assert.Equal([true, true, false, true], lines.Select(l => l.Partial));
        Assert.Equal(new string('a', 40_000) + "open", string.Concat(lines.Select(l => l.Text)));
        Assert.Equal(new string('a', 40_000) + "\nopen", await _scene.CopyAsync(new LogQuery { Tail = 2 }));
    }

    [Theory]
    [InlineData(-100, 50_000, 0, 3000)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(1234, 2345, 1234, 2346)]
    [InlineData(2999, 2999, 2999, 3000)]
    [InlineData(3000, 9000, 0, 0)]
    public async Task ReadAsync_SinceUntil_GivesWhatLiesBetween(int since, int until, int from, int to)
    {
        _scene.WriteNumbers(3000, maxSize: 200_000, tail: new string('y', 100));
        var (lines, skipped) = await _scene.ReadAsync(new LogQuery { Since = LogScene.Time(since), Until = LogScene.Time(until) });
        Assert.Equal(Enumerable.Range(from, to - from).Select(i => $"{i}"), lines.Select(l => l.Text.TrimEnd('y')));
        Assert.Equal(0, skipped);
    }

    [Fact]
    public async Task ReadAsync_ClockWasSetBack_StillGivesEveryLineThatFits()
    {
        _scene.WriteNumbers(100);
        _scene.Now -= 30_000_000_000;
        _scene.WriteNumbers(100);
        string[] texts = await _scene.TextsAsync(new LogQuery { Since = LogScene.Time(80), Until = LogScene.Time(90) });
        Assert.Equal(Enumerable.Range(80, 11).Concat(Enumerable.Range(10, 11)).Select(i => $"{i}"), texts);
    }

    [Fact]
    public async Task ReadAsync_After_GoesOnBehindThatLine()
    {
        _scene.WriteNumbers(2000, maxSize: 30_000, maxFiles: 100);
        var (lines, _) = await _scene.ReadAsync(new LogQuery());
        foreach (int i in new[] { 0, 1, 777, 1998, 1999 })
            Assert.Equal(lines.Skip(i + 1).Select(l => l.Text), await _scene.TextsAsync(new LogQuery { After = lines[i].Position }));
        Assert.Equal(["1998", "1999"], await _scene.TextsAsync(new LogQuery { After = lines[500].Position, Tail = 2 }));
        Assert.Equal(["1999"], await _scene.TextsAsync(new LogQuery { After = lines[1998].Position, Tail = 2 }));
    }

    [Fact]
    public async Task ReadAsync_AfterALineThatWasRotatedAway_SaysAboutHowManyAreLost()
    {
        _scene.WriteNumbers(100, maxSize: 5_000, maxFiles: 4);
        var (before, _) = await _scene.ReadAsync(new LogQuery { Tail = 1 });
        _scene.WriteNumbers(3000, maxSize: 5_000, maxFiles: 4);
        var (lines, skipped) = await _scene.ReadAsync(new LogQuery { After = before[0].Position });
        Assert.Equal("2999", lines[^1].Text);
        Assert.InRange(skipped + lines.Count, 2700, 3300);
    }

    [Fact]
    public async Task ReadAsync_Contains_IgnoresCaseAlsoBeyondAscii()
    {
        var log = _scene.Writer();
        log.Append(1, "GET /index\nÄRGER in Zeile 2\nget /other\n"u8);
        log.Append(1, [0xFF, 0xFE, (byte)'g', (byte)'E', (byte)'t', (byte)'\n']);
        log.Finish();
        Assert.Equal(["GET /index", "get /other", @"\xff\xfegEt"], await _scene.TextsAsync(new LogQuery { Contains = "get" }));
        Assert.Equal(["ÄRGER in Zeile 2"], await _scene.TextsAsync(new LogQuery { Contains = "ärger" }));
        Assert.Equal(["get /other"], await _scene.TextsAsync(new LogQuery { Contains = "/OTHER", Tail = 5 }));
    }

    [Fact]
    public async Task ReadAsync_TornAndForeignBytes_AreLeftOutAndCounted()
    {
        Directory.CreateDirectory(_scene.Folder);
        File.WriteAllBytes(Path.Combine(_scene.Folder, "000001.log"),
        [
            .. "2026-11-21T20:52:22.000000000Z stdout F one\n"u8,
            .. "2026-11-21T20:52\n"u8,
            .. new byte[700_000], .. "\n"u8,
            .. "2026-11-21T20:52:23.000000000Z stdout F two\n"u8,
            .. "2026-11-21T20:52:24.000000000Z stdout F three, tor"u8,
        ]);
        var (lines, skipped) = await _scene.ReadAsync(new LogQuery());
        Assert.Equal(["one", "two"], lines.Select(l => l.Text));
        Assert.InRange(skipped, 2, 4);
        Assert.Equal(["one", "two"], await _scene.TextsAsync(new LogQuery { Tail = 2 }));
        Assert.Equal(["two"], await _scene.TextsAsync(new LogQuery { Tail = 1 }));
        Assert.Equal(["two"], await _scene.TextsAsync(new LogQuery { Since = new DateTimeOffset(2026, 11, 21, 20, 52, 23, TimeSpan.Zero) }));
    }

    [Fact]
    public async Task ReadAsync_SkipBeyond_GivesTheLastAndCountsTheOthers()
    {
        _scene.WriteNumbers(5000, maxSize: 50_000);
        var batches = new List<LogBatch>();
        await foreach (var batch in _scene.Logs.ReadAsync("one", new LogQuery { SkipBeyond = 100 }))
            batches.Add(batch);
        Assert.Equal(4900, batches[0].Skipped);
        Assert.Equal(Enumerable.Range(4900, 100).Select(i => $"{i}"), batches[0].Lines.Select(l => l.Text));
        Assert.Single(batches);
    }

    [Fact]
    public async Task CopyAsync_EveryKindOfBytes_GivesThemBack()
    {
        var random = new Random(5);
        var bytes = new byte[3_000_000];
        random.NextBytes(bytes);
        bytes[^1] = (byte)'\n';
        var log = _scene.Writer(maxSize: 700_000, maxFiles: 100);
        for (int at = 0; at < bytes.Length;)
        {
            int lump = Math.Min(random.Next(1, 100_000), bytes.Length - at);
            log.Append(1, bytes.AsSpan(at, lump));
            at += lump;
        }
        log.Finish();
        var copy = new MemoryStream();
        await _scene.Logs.CopyAsync("one", new LogQuery(), timestamps: false, copy);
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    public async Task CopyAsync_Timestamps_StandBeforeEachLineOnce()
    {
        var log = _scene.Writer();
        log.Append(1, "a\n"u8);
        log.Append(1, "prompt> "u8);
        _scene.Now += 1_000_000_000;
        log.Flush();
        log.Append(1, "ls\n"u8);
        log.Finish();
        Assert.Equal("2026-11-21T20:52:22.000000000Z a\n2026-11-21T20:52:23.000000000Z prompt> ls\n", await _scene.CopyAsync(new LogQuery(), timestamps: true));
    }
}
