using System.Globalization;

namespace Brig.Linux.Wire;

/// <summary>How a program ended: the one line of the file <c>exit</c>, as <c>code=0 signal=0 oom=0 started=… finished=…</c>.</summary>
/// <param name="Code">0..255; 128 + signal when a signal ended it.</param>
/// <param name="OomKilled">The kernel's out-of-memory killer struck in its cgroup during this run.</param>
/// <param name="StartedAt">Nanoseconds since 1970, UTC; also <paramref name="FinishedAt"/>.</param>
public sealed record ExitRecord(int Code, int Signal, bool OomKilled, long StartedAt, long FinishedAt)
{
    public string ToText() => string.Create(
        CultureInfo.InvariantCulture, $"code={Code} signal={Signal} oom={(OomKilled ? 1 : 0)} started={StartedAt} finished={FinishedAt}\n");

    /// <exception cref="WireException">Not such a line.</exception>
    public static ExitRecord Parse(string text) => new(
        (int)Value(text, "code="), (int)Value(text, "signal="), Value(text, "oom=") != 0, Value(text, "started="), Value(text, "finished="));

    private static long Value(string text, string key)
    {
        var start = text.IndexOf(key, StringComparison.Ordinal);
        if (start < 0)
            throw new WireException($"no {key} in the exit record \"{text.Trim()}\"");
        var digits = text.AsSpan(start + key.Length);
        var end = digits.IndexOfAny(' ', '\n');
        return long.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new WireException($"{key} is not a number in the exit record \"{text.Trim()}\"");
    }
}
