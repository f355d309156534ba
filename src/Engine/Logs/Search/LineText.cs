using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Brig.Engine.Logs.Search;

/// <summary>A container's bytes as text that can be shown: what is no UTF-8 becomes <c>\xff</c>, so that nothing of it is lost and nothing breaks.</summary>
internal static class LineText
{
    public static string Of(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Escaped(bytes);

    private static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out int used) == OperationStatus.Done)
                text.Append(rune.ToString());
            else
                foreach (byte each in bytes[..used])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{each:x2}");
            bytes = bytes[used..];
        }
        return text.ToString();
    }
}
