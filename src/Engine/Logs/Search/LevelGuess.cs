using System.Buffers;
using System.Buffers.Text;

namespace Brig.Engine.Logs.Search;

/// <summary>
/// A line's level, from what writers of logs do: a member of JSON or logfmt (<c>"level":"warn"</c>, <c>severity=ERROR</c>, pino's numbers), the priority of syslog
/// (RFC 5424, 6.2.1), klog's first letter, how runtimes begin the trace of what nobody caught, or a word near the line's begin (<c>ERROR</c>, <c>[warn]</c>, <c>error:</c>).
/// </summary>
internal static class LevelGuess
{
    /// <summary>How far into a line a word may stand.</summary>
    private const int Near = 96;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static readonly SearchValues<byte> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._$"u8);

    private static readonly byte[][] Keys = [.. new[] { "level", "severity", "lvl", "loglevel", "levelname", "log.level" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    public static LineLevel Of(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t"u8);
        if (text.IsEmpty)
            return LineLevel.Unknown;
        if (text[0] == '{')
            return OfMember(text);
        if (text[0] == '<' && text.Length > 2 && Utf8Parser.TryParse(text[1..], out int priority, out int used) && used <= 3 && text.Length > used + 1 && text[used + 1] == '>' && priority is >= 0 and < 192)
            return OfSyslog(priority & 7);
        if (text.Length > 6 && text[5] == ' ' && !text[1..5].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return text[0] switch { (byte)'I' => LineLevel.Info, (byte)'W' => LineLevel.Warn, (byte)'E' => LineLevel.Error, (byte)'F' => LineLevel.Fatal, _ => OfWords(text) };
        return BeginsATrace(text) ? LineLevel.Error : OfWords(text);
    }

    /// <summary><c>Exception in thread "main" …</c>, <c>Traceback (most recent call last):</c>, <c>java.io.IOException: …</c>, <c>TypeError: …</c>: Java, Python, .NET and JavaScript write no level there.</summary>
    private static bool BeginsATrace(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("Exception in "u8) || text.StartsWith("Traceback (most "u8) || text.StartsWith("Unhandled exception"u8) || text.StartsWith("Uncaught "u8))
            return true;
        var near = text[..Math.Min(text.Length, Near)];
        return near.IndexOfAnyExcept(NameLetters) is > 0 and var end && near[end] == ':' && (near[..end].EndsWith("Exception"u8) || near[..end].EndsWith("Error"u8));
    }

    private static LineLevel OfMember(ReadOnlySpan<byte> text)
    {
        foreach (byte[] key in Keys)
        {
            for (var rest = text; rest.IndexOf(key) is > 0 and var at; rest = rest[(at + key.Length)..])
            {
                var behind = rest[(at + key.Length)..];
                if (rest[at - 1] != '"' || behind.Length < 3 || behind[0] != '"')
                    continue;
                behind = behind[1..].TrimStart(" :\""u8);
                if (!behind.IsEmpty && behind[0] is >= (byte)'0' and <= (byte)'9')
                    return Utf8Parser.TryParse(behind, out int number, out _) ? OfNumber(number) : LineLevel.Unknown;
                return OfWord(Word(behind));
            }
        }
        return LineLevel.Unknown;
    }

    private static LineLevel OfWords(ReadOnlySpan<byte> text)
    {
        int end = Math.Min(text.Length, Near);
        for (int at = 0; at < end;)
        {
            int next = text[at..end].IndexOfAny(Letters);
            if (next < 0)
                break;
            at += next;
            if (text[at] == 'm' && text[Math.Max(0, at - 12)..at].Contains((byte)0x1B))
                at++; // the end of a colour
            var word = Word(text[at..]);
            if (Value(text[(at + word.Length)..]) is { IsEmpty: false } value && IsKey(word))
                return OfWord(Word(value));
            if (word.Length is >= 3 and <= 11 && OfWord(word) is not LineLevel.Unknown and var level && Stands(text, at, word))
                return level;
            at += word.Length;
        }
        return LineLevel.Unknown;
    }

    /// <summary>Not any word in a sentence: in capitals, in brackets, or with a colon behind it, and no part of a longer name.</summary>
    private static bool Stands(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> word)
    {
        byte before = at == 0 ? (byte)' ' : text[at - 1], behind = at + word.Length == text.Length ? (byte)' ' : text[at + word.Length];
        if (before is (byte)'_' or (byte)'.' or (byte)'/' || behind is (byte)'_' or (byte)'.' or (byte)'/' || (before == '-' && behind == '-'))
            return false;
        bool capitals = !word.ContainsAnyInRange((byte)'a', (byte)'z');
        return capitals || behind == ':' || (before is (byte)'[' or (byte)'(' or (byte)'<' or (byte)'|' && behind is (byte)']' or (byte)')' or (byte)'>' or (byte)'|')
            || before == 'm' || (behind == ' ' && at < 40 && EndsATime(text[..at])); // 'm' ends a colour
    }

    /// <summary><c>2026-11-21 20:52:22 info started</c>: in small letters it counts right behind the time.</summary>
    private static bool EndsATime(ReadOnlySpan<byte> before)
    {
        before = before.TrimEnd((byte)' ');
        return before.Length > 4 && (before[^1] is >= (byte)'0' and <= (byte)'9' or (byte)'Z' or (byte)']') && before.Contains((byte)':');
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(Letters) is >= 0 and var end ? text[..end] : text;

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> behind) => !behind.IsEmpty && behind[0] == '=' ? behind[1..].TrimStart((byte)'"') : default;

    private static bool IsKey(ReadOnlySpan<byte> word)
    {
        foreach (byte[] key in Keys)
            if (word.SequenceEqual(key))
                return true;
        return false;
    }

    private static LineLevel OfWord(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 3 or > 11)
            return LineLevel.Unknown;
        Span<byte> small = stackalloc byte[word.Length];
        for (int i = 0; i < word.Length; i++)
            small[i] = (byte)(word[i] | 0x20);
        return small[0] switch
        {
            (byte)'t' when small.SequenceEqual("trace"u8) || small.SequenceEqual("trc"u8) => LineLevel.Trace,
            (byte)'v' when small.SequenceEqual("verbose"u8) => LineLevel.Trace,
            (byte)'d' when small.SequenceEqual("debug"u8) || small.SequenceEqual("dbg"u8) => LineLevel.Debug,
            (byte)'i' when small.SequenceEqual("info"u8) || small.SequenceEqual("inf"u8) || small.SequenceEqual("information"u8) => LineLevel.Info,
            (byte)'n' when small.SequenceEqual("notice"u8) => LineLevel.Info,
            (byte)'w' when small.SequenceEqual("warn"u8) || small.SequenceEqual("warning"u8) || small.SequenceEqual("wrn"u8) => LineLevel.Warn,
            (byte)'e' when small.SequenceEqual("error"u8) || small.SequenceEqual("err"u8) || small.SequenceEqual("eror"u8) => LineLevel.Error,
            (byte)'e' when small.SequenceEqual("emerg"u8) => LineLevel.Fatal,
            (byte)'f' when small.SequenceEqual("fatal"u8) || small.SequenceEqual("ftl"u8) => LineLevel.Fatal,
            (byte)'s' when small.SequenceEqual("severe"u8) => LineLevel.Error,
            (byte)'c' when small.SequenceEqual("critical"u8) || small.SequenceEqual("crit"u8) => LineLevel.Fatal,
            (byte)'a' when small.SequenceEqual("alert"u8) => LineLevel.Fatal,
            (byte)'p' when small.SequenceEqual("panic"u8) => LineLevel.Fatal,
            _ => LineLevel.Unknown,
        };
    }

    /// <summary>pino and bunyan count in tens from trace.</summary>
    private static LineLevel OfNumber(int number) => number switch
    {
        >= 60 => LineLevel.Fatal,
        >= 50 => LineLevel.Error,
        >= 40 => LineLevel.Warn,
        >= 30 => LineLevel.Info,
        >= 20 => LineLevel.Debug,
        >= 10 => LineLevel.Trace,
        _ => OfSyslog(number),
    };

    private static LineLevel OfSyslog(int severity) => severity switch
    {
        <= 2 => LineLevel.Fatal,
        3 => LineLevel.Error,
        4 => LineLevel.Warn,
        <= 6 => LineLevel.Info,
        7 => LineLevel.Debug,
        _ => LineLevel.Unknown,
    };
}
