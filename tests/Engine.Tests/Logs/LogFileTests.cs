using System.Text;
using Brig.Linux.LogFormat;
using Brig.Shim;
using Brig.Tests;

namespace Brig.Engine.Tests.Logs;

public sealed class LogFileTests : IDisposable
{
    private const long Millisecond = 1_000_000;

    private readonly TempFolder _temp = new();
    private long _now = 1_795_294_342_123_456_789;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Append_TwoStreams_WritesCriLinesAtOnce()
    {
        var log = Open();
        Assert.True(log.Append(1, "one\ntwo\n"u8));
        _now += Millisecond;
        Assert.True(log.Append(2, "oh\n"u8));
        Assert.Equal(
            "2026-11-21T20:52:22.123456789Z stdout F one\n2026-11-21T20:52:22.123456789Z stdout F two\n2026-11-21T20:52:22.124456789Z stderr F oh\n",
            Text());
    }

    [Fact]
    public void Append_LineComesInLumps_IsOneLine()
    {
        var log = Open();
        log.Append(1, "hel"u8);
        log.Append(2, "other\n"u8);
        log.Flush();
        log.Append(1, "lo\nnext\n"u8);
        Assert.Equal(["stderr F other", "stdout F hello", "stdout F next"], Lines());
    }

    [Fact]
    public void Flush_LineIsOpenFor100Milliseconds_WritesItAsAPieceOnce()
    {
        var log = Open();
        log.Append(1, "login: "u8);
        Assert.Equal(100, log.FlushIn());
        _now += 99 * Millisecond;
        log.Flush();
        Assert.Empty(Lines());
        _now += Millisecond;
        log.Flush();
        log.Flush();
        Assert.Equal(["stdout P login: "], Lines());
        log.Append(1, "root\n"u8);
        Assert.Equal(["stdout P login: ", "stdout F root"], Lines());
    }

    [Fact]
    public void Append_OutputNeverPauses_StillShowsTheOpenLine()
    {
        var log = Open();
        log.Append(2, "password: "u8);
        for (int i = 0; i < 12; i++, _now += 10 * Millisecond)
            log.Append(1, "."u8);
        log.Append(1, "\n"u8);
        log.Append(1, "next\n"u8);
        Assert.Equal(["stdout P ...........", "stderr P password: ", "stdout F .", "stdout F next"], Lines());
    }

    [Fact]
    public void Flush_OpenLineEndsWithinACharacter_KeepsItsBytesForLater()
    {
        var log = Open();
        log.Append(1, [(byte)'a', 0xE2, 0x82]);
        _now += 100 * Millisecond;
        log.Flush();
        Assert.Equal(-1, log.FlushIn());
        log.Append(1, [0xAC, (byte)'\n']);
        Assert.Equal(["stdout P a", "stdout F €"], Lines());
    }

    [Fact]
    public void FlushIn_QuietForASecond_GivesItsMemoryBackAndSleeps()
    {
        var log = Open();
        Assert.Equal(-1, log.FlushIn());
        log.Append(1, "x\n"u8);
        Assert.Equal(1000, log.FlushIn());
        _now += 600 * Millisecond;
        log.Flush();
        _now += 600 * Millisecond;
        log.Flush();
        Assert.Equal(-1, log.FlushIn());
        log.Append(1, "y\n"u8);
        Assert.Equal(["stdout F x", "stdout F y"], Lines());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Append_LineLongerThan16KiB_IsPiecesThatJoinToTheSameBytes(int lump)
    {
        var random = new Random(lump);
        var bytes = new byte[100_000];
        random.NextBytes(bytes);
        bytes.AsSpan().Replace((byte)'\n', (byte)'x');
        bytes[50_000] = (byte)'\n';
        var log = Open();
        for (int at = 0; at < bytes.Length; at += lump)
            log.Append(1, bytes.AsSpan(at, Math.Min(lump, bytes.Length - at)));
        log.Finish();
        Assert.Equal(bytes, Joined());
    }

    [Fact]
    public void Append_LineOfExactly16KiB_IsOneEntry()
    {
        var log = Open();
        log.Append(1, Encoding.ASCII.GetBytes(new string('a', CriLine.MaxText)));
        log.Append(1, "\n"u8);
        log.Append(1, Encoding.ASCII.GetBytes(new string('b', CriLine.MaxText) + "\n"));
        Assert.Equal(["stdout F " + new string('a', CriLine.MaxText), "stdout F " + new string('b', CriLine.MaxText)], Lines());
    }

    [Fact]
    public void Append_LongLineOfMultiByteCharacters_CutsNoneOfThem()
    {
        string text = "x" + new string('ä', 20_000);
        var log = Open();
        log.Append(1, Encoding.UTF8.GetBytes(text + "\n"));
        Assert.DoesNotContain('\uFFFD', Text());
        Assert.Equal(text, string.Concat(Lines().Select(l => l[9..])));
    }

    [Fact]
    public void Append_BeyondMaxSize_RotatesAtLineEndsAndDeletesTheLowest()
    {
        var log = Open(maxSize: 1000, maxFiles: 3);
        for (int i = 0; i < 100; i++)
            log.Append(1, Encoding.ASCII.GetBytes($"line {i:000}\n"));
        var files = Files();
        Assert.Equal(3, files.Length);
        Assert.All(files, f => Assert.InRange(new FileInfo(f).Length, 1, 1000));
        Assert.All(files, f => Assert.EndsWith("\n", File.ReadAllText(f)));
        var kept = Lines();
        Assert.Equal(Enumerable.Range(100 - kept.Length, kept.Length).Select(i => $"stdout F line {i:000}"), kept);
    }

    [Fact]
    public void Append_OneLumpOverManyFiles_LosesNothing()
    {
        var log = Open(maxSize: 3000, maxFiles: 1000);
        string text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i}\n"));
        log.Append(1, Encoding.ASCII.GetBytes(text));
        log.Finish();
        Assert.Equal(text, Encoding.ASCII.GetString(Joined()));
    }

    [Fact]
    public void Append_AfterARestart_GoesOnInTheHighestFileAndEndsTheOpenLine()
    {
        var first = Open(maxSize: 200);
        for (int i = 0; i < 9; i++)
            first.Append(1, "a line\n"u8);
        first.Append(1, "no newline"u8);
        first.Finish();
        int files = Files().Length;
        var second = Open(maxSize: 10_000);
        second.Append(1, "new run\n"u8);
        Assert.Equal(files, Files().Length);
        Assert.Equal(["stdout P no newline", "stdout F ", "stdout F new run"], Lines()[^3..]);
    }

    [Theory]
    [InlineData("2026-11-21T20:52:22.123456789Z stdout F whole\n2026-11-21T20:52:22.12")]
    [InlineData("2026-11-21T20:52:22.123456789Z stdout F whole\n2026-11-21T20:52:22.123456789Z stdout P tor")]
    [InlineData("tor")]
    public void Append_AfterATornEntry_BeginsALineOfItsOwn(string left)
    {
        Directory.CreateDirectory(_temp.In("log"));
        File.WriteAllText(_temp.In("log/000007.log"), left);
        var log = Open();
        log.Append(1, "next\n"u8);
        Assert.StartsWith(left + "\n", Text());
        Assert.Equal("stdout F next", Lines()[^1]);
        Assert.Single(Files());
        if (left.EndsWith("P tor", StringComparison.Ordinal))
            Assert.Equal("stdout F ", Lines()[^2]);
    }

    [Fact]
    public void Append_FolderCannotBe_CountsLinesAndTellsThemWhenItCan()
    {
        string blocked = _temp.In("log");
        File.WriteAllText(blocked, "");
        var log = Open();
        Assert.False(log.Append(1, "a\nb\n"u8));
        Assert.Equal(2, log.Lost);
        File.Delete(blocked);
        Assert.Equal(100, log.FlushIn());
        _now += 100 * Millisecond;
        log.Flush();
        Assert.True(log.Append(1, "c\n"u8));
        Assert.Equal(["stderr F [brig] 2 lines lost: ENOTDIR (not a directory)", "stdout F c"], Lines());
    }

    private LogFile Open(long maxSize = 1 << 20, int maxFiles = 4) => new(_temp.In("log"), maxSize, maxFiles, () => _now);

    private string[] Files() => Directory.Exists(_temp.In("log")) ? [.. Directory.GetFiles(_temp.In("log")).Order(StringComparer.Ordinal)] : [];

    private string Text() => string.Concat(Files().Select(File.ReadAllText));

    private string[] Lines() => [.. Text().Split('\n')[..^1].Select(l => l.Length > 31 ? l[31..] : l)];

    private byte[] Joined()
    {
        var joined = new MemoryStream();
        foreach (string file in Files())
        {
            ReadOnlySpan<byte> rest = File.ReadAllBytes(file);
            for (int newline; (newline = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(newline + 1)..])
            {
                Assert.True(CriLine.TryParse(rest[..newline], out _, out bool partial));
                Assert.InRange(newline, CriLine.HeadLength, CriLine.MaxLength);
                joined.Write(rest[CriLine.HeadLength..newline]);
                if (!partial)
                    joined.WriteByte((byte)'\n');
            }
        }
        return joined.ToArray();
    }
}
