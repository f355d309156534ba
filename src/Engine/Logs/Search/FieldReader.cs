using System.Text;
using System.Text.Json;

namespace Brig.Engine.Logs.Search;

/// <summary>Takes a member out of a line: of a JSON object, or of <c>key=value key="more words"</c>. What is neither has none.</summary>
internal static class FieldReader
{
    /// <summary>As text, as JSON writes numbers and words; null: not there.</summary>
    public static string? Read(ReadOnlySpan<byte> text, FieldFilter field)
    {
        int brace = text.IndexOf((byte)'{');
        if (brace >= 0 && text.TrimEnd(" \t\r"u8) is [.., (byte)'}'] && (brace == 0 || text[..brace].IndexOf((byte)'=') < 0)) // also behind a time or a word
        {
            try
            {
                return OfJson(text[brace..], field);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // It looked like JSON; the other is what strings throw that are no UTF-8, or half a pair.
            }
        }
        return OfPairs(text, field.Name);
    }

    private static string? OfJson(ReadOnlySpan<byte> json, FieldFilter field)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 64 });
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? InObject(ref reader, field, 0) : null;
    }

    private static string? InObject(ref Utf8JsonReader reader, FieldFilter field, int depth)
    {
        string? found = null;
        while (found is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool whole = depth == 0 && reader.ValueTextEquals(field.Name);
            bool step = reader.ValueTextEquals(field.Path[depth]);
            reader.Read();
            if (whole || (step && depth == field.Path.Length - 1))
                return Value(ref reader);
            if (step && reader.TokenType == JsonTokenType.StartObject)
                found = InObject(ref reader, field, depth + 1);
            else
                reader.Skip();
        }
        return found;
    }

    private static string Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString()!;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                using (var all = JsonDocument.ParseValue(ref reader))
                    return all.RootElement.GetRawText();
            default:
                return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static string? OfPairs(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        for (int from = 0; from < text.Length;)
        {
            int at = text[from..].IndexOf(key);
            if (at < 0)
                return null;
            at += from;
            int behind = at + key.Length;
            from = behind;
            if (behind >= text.Length || text[behind] != '=' || (at > 0 && text[at - 1] is not ((byte)' ' or (byte)'\t' or (byte)',' or (byte)'{' or (byte)'(')))
                continue;
            var value = text[(behind + 1)..];
            if (value is [(byte)'"', ..])
                return Quoted(value[1..]);
            int end = value.IndexOfAny((byte)' ', (byte)'\t', (byte)',');
            return LineText.Of(end < 0 ? value : value[..end]);
        }
        return null;
    }

    private static string Quoted(ReadOnlySpan<byte> value)
    {
        for (int end = 0; end < value.Length; end++)
        {
            if (value[end] == '\\')
                end++;
            else if (value[end] == '"')
                return LineText.Of(value[..end]).Replace("\\\"", "\"", StringComparison.Ordinal);
        }
        return LineText.Of(value);
    }
}
