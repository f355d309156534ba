using System.Buffers.Text;

namespace Brig.Linux.Proc;

/// <summary>Numbers at the start of kernel text. What is no number counts 0: a file of another kernel must not stop the reading of all others.</summary>
internal static class TextNumbers
{
    public static long Integer(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(TrimStart(text), out long value, out _) ? value : 0;

    public static double Decimal(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(TrimStart(text), out double value, out _) ? value : 0;

    /// <summary>Null for <c>max</c>, for -1, and for v1's "as much as a page counter holds".</summary>
    public static long? Limit(ReadOnlySpan<byte> text)
        => Utf8Parser.TryParse(TrimStart(text), out long value, out _) && value >= 0 && value < NoLimit ? value : null;

    /// <summary>The next word, cut off <paramref name="rest"/>; words are parted by blanks, tabs or line ends. Empty at the end.</summary>
    public static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> rest)
    {
        rest = TrimStart(rest);
        int end = rest.IndexOfAny(" \t\n"u8);
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return word;
    }

    /// <summary>The next line without its end, cut off <paramref name="rest"/>.</summary>
    public static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line;
    }

    private const long NoLimit = 1L << 62;

    private static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text) => text.TrimStart(" \t\n"u8);
}
