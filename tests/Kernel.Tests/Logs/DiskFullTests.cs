using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Brig.Linux;
using Brig.Shim;

namespace Brig.Kernel.Tests.Logs;

/// <summary>A log on a file system of 1 MiB.</summary>
public sealed partial class DiskFullTests : IDisposable
{
    private const int Detach = 2; // MNT_DETACH: also when a failed test left the log open
    private readonly string _disk = Directory.CreateTempSubdirectory("brig-full-").FullName;
    private long _now = 1_795_294_342_000_000_000;

    public DiskFullTests() => Errno.Check(Libc.mount("tmpfs", _disk, "tmpfs", 0, "size=1m"), "mount", _disk);

    public void Dispose()
    {
        Errno.Check(Libc.umount2(_disk, Detach), "umount", _disk);
        Directory.Delete(_disk);
    }

    [Fact]
    public void Append_DiskIsFullAndThenNot_LosesWholeLinesAndSaysHowMany()
    {
        var log = new LogFile(Path.Combine(_disk, "log"), 1 << 30, 4, () => _now);
        File.WriteAllBytes(Path.Combine(_disk, "other"), new byte[700_000]);
        int written = 0;
        while (log.Append(1, Line(written++)))
            Assert.InRange(written, 0, 100_000);
        for (int i = 0; i < 1000; i++, _now += 1_000_000)
            log.Append(1, Line(written++));
        Assert.Equal(100, log.FlushIn());
        long lost = log.Lost;
        Assert.InRange(lost, 1000, written);

        File.Delete(Path.Combine(_disk, "other"));
        _now += 200_000_000;
        log.Flush();
        Assert.True(log.Append(1, Line(written++)));
        log.Finish();

        string[] lines = File.ReadAllText(Path.Combine(_disk, "log/000001.log")).Split('\n')[..^1];
        int marker = Array.FindIndex(lines, l => l.EndsWith($"Z stderr F [brig] {lost} lines lost: disk full", StringComparison.Ordinal));
        Assert.True(marker > 0, lines[^2]);
        Assert.Equal(lines.Length - 2, marker);
        Assert.All(lines.Where((_, i) => i != marker), l => Assert.Matches(Whole(), l));
        Assert.Equal(
            [.. Enumerable.Range(0, marker), written - 1],
            lines.Where((_, i) => i != marker).Select(l => int.Parse(l.AsSpan(40, 8), CultureInfo.InvariantCulture)));
        Assert.Equal(written, marker + lost + 1);
    }

    [Fact]
    public void Append_DiskIsFullFromTheStart_NeitherThrowsNorHangsAndBeginsLater()
    {
        string other = Path.Combine(_disk, "other");
        Assert.ThrowsAny<IOException>(() => Fill(other));
        var log = new LogFile(Path.Combine(_disk, "log"), 1 << 20, 4, () => _now);
        for (int i = 0; i < 2000; i++)
            log.Append(1, Line(i));
        File.Delete(other);
        _now += 200_000_000;
        log.Flush();
        log.Finish();
        string text = string.Concat(Directory.GetFiles(Path.Combine(_disk, "log")).Select(File.ReadAllText));
        Assert.Contains($"[brig] {log.Lost} lines lost: disk full\n", text, StringComparison.Ordinal);
        Assert.Equal(2000, log.Lost + text.AsSpan().Count('\n') - 1);
    }

    [Fact]
    public void Append_RotationFreesTheDisk_LosesNothingNew()
    {
        // Far smaller than the disk: a test beside this one that is between fork and exec holds a removed file for a while.
        var log = new LogFile(Path.Combine(_disk, "log"), 100_000, 4, () => _now);
        for (int i = 0; i < 50_000; i++)
            Assert.True(log.Append(1, Line(i)));
        log.Finish();
        Assert.Equal(0, log.Lost);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_disk, "log")).Length);
    }

    private static void Fill(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        for (long at = 0; ; at += 4096)
            RandomAccess.Write(file, new byte[4096], at);
    }

    private static byte[] Line(int number) => Encoding.ASCII.GetBytes($"{number:00000000}{new string('.', 91)}\n");

    [GeneratedRegex(@"^2026-11-21T\d\d:\d\d:\d\d\.\d{9}Z stdout F \d{8}\.{91}$")]
    private static partial Regex Whole();
}
