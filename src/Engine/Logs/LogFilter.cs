using System.Buffers;
using System.Text;
using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs;

/// <summary>Which entries a query wants. Times are compared as they are written: their order is that of their bytes.</summary>
internal sealed class LogFilter(LogQuery query)
{
    /// <summary>How far a clock may have been set back while lines later than Until are still looked behind.</summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromMinutes(1);

    private readonly byte[]? _since = query.Since is { } since ? Time(since) : null;
    private readonly byte[]? _until = query.Until is { } until ? Time(until) : null;
    private readonly byte[]? _end = query.Until is { } until && until < DateTimeOffset.MaxValue - ClockStep ? Time(until + ClockStep) : null;
    private readonly string? _contains = string.IsNullOrEmpty(query.Contains) ? null : query.Contains;
    private char[] _characters = [];

    /// <summary>30 bytes, or null.</summary>
    public byte[]? Since => _since;

    public bool AcceptsAll { get; } = query is { Stdout: true, Stderr: true, Since: null, Until: null, Contains: null or "" };

    public bool Accepts(in LogEntry entry)
        => entry.IsValid
        && (AcceptsAll
            || ((entry.Stream == 1 ? query.Stdout : query.Stderr)
                && (_since == null || entry.Time.SequenceCompareTo(_since) >= 0)
                && (_until == null || entry.Time.SequenceCompareTo(_until) <= 0)
                && (_contains == null || Contains(entry.Text))));

    /// <summary>Nothing that is wanted comes behind this one.</summary>
    public bool IsPast(in LogEntry entry) => _end != null && entry.IsValid && entry.Time.SequenceCompareTo(_end) > 0;

    private static byte[] Time(DateTimeOffset time)
    {
        // What int64 nanoseconds can say: 1970 to 2262.
        long ticks = Math.Clamp((time - DateTimeOffset.UnixEpoch).Ticks, 0, long.MaxValue / 100 - TimeSpan.TicksPerDay * 365);
        var bytes = new byte[CriLine.HeadLength];
        CriLine.WriteTime(bytes, ticks * 100);
        return bytes[..CriLine.TimeLength];
    }

    private bool Contains(ReadOnlySpan<byte> text)
    {
        if (_characters.Length < text.Length)
            _characters = new char[Math.Max(1024, text.Length)];
        Encoding.UTF8.TryGetChars(text, _characters, out int count);
        return _characters.AsSpan(0, count).Contains(_contains, StringComparison.OrdinalIgnoreCase);
    }
}
