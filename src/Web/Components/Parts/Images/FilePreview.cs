using System.Globalization;
using System.Text;

namespace Brig.Web.Components.Parts.Images;

/// <summary>The beginning of somebody's file, as a page may show it: text, or bytes as hex digits.</summary>
/// <param name="Size">Of the whole file.</param>
/// <param name="Shown">Bytes of it that are here.</param>
public sealed record FilePreview(bool IsText, string Text, long Size, int Shown)
{
    public const int MostText = 256 * 1024, MostBytes = 4 * 1024;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public bool IsCut => Shown < Size;

    public int Lines => Text.Length == 0 ? 0 : Text.AsSpan().Count('\n') + (Text[^1] == '\n' ? 0 : 1);

    public static async Task<FilePreview> ReadAsync(Stream file, CancellationToken stop)
    {
        var bytes = new byte[MostText];
        var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
        var size = file.CanSeek ? file.Length : read;
        if (TryText(bytes.AsSpan(0, read), size > read) is var (text, used))
            return new(true, text, size, used);
        var shown = Math.Min(read, MostBytes);
        return new(false, Hex(bytes.AsSpan(0, shown)), size, shown);
    }

    /// <param name="isCut">The last letter may be half.</param>
    private static (string Text, int Used)? TryText(ReadOnlySpan<byte> bytes, bool isCut)
    {
        if (bytes.Contains((byte)0))
            return null;
        for (var less = 0; less < (isCut ? 4 : 1); less++)
        {
            try
            {
                return (Visible(s_strict.GetString(bytes[..^less])), bytes.Length - less);
            }
            catch (DecoderFallbackException)
            {
                // perhaps one byte less
            }
        }

        return null;
    }

    /// <summary>What would draw over the page or turn the direction of what follows is a box; lines stay lines.</summary>
    private static string Visible(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => string.Join('\t', line.Split('\t').Select(Escapes.Visible))));

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += 16)
        {
            var line = bytes[at..Math.Min(at + 16, bytes.Length)];
            text.Append(CultureInfo.InvariantCulture, $"{at:x6}  ");
            for (var i = 0; i < 16; i++)
                text.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(i == 7 ? "  " : " ");
            text.Append(' ');
            foreach (var one in line)
                text.Append(one is >= 0x20 and < 0x7f ? (char)one : '·');
            text.Append('\n');
        }

        return text.ToString();
    }
}
