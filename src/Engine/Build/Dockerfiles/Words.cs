using System.Collections.Immutable;
using System.Text.Json;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>An instruction's text cut into words; quotes and escapes stay in them, for they count when variables are filled in.</summary>
internal static class Words
{
    public static ImmutableArray<string> Split(string text, char escape)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        for (int i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }
            int start = i;
            i = End(text, i, escape);
            words.Add(text[start..i]);
        }
        return words.ToImmutable();
    }

    /// <summary>Behind the word that begins at <paramref name="i"/>.</summary>
    public static int End(string text, int i, char escape)
    {
        char quote = '\0';
        for (; i < text.Length && (quote != '\0' || !char.IsWhiteSpace(text[i])); i++)
        {
            if (text[i] == escape && quote != '\'' && i + 1 < text.Length)
            {
                i++;
            }
            else if (quote != '\0' ? text[i] == quote : text[i] is '"' or '\'')
            {
                quote = quote == '\0' ? text[i] : '\0';
            }
        }
        return i;
    }

    /// <summary>The exec form: a JSON array of strings. Null: it is none, then it is the shell form, as the reference has it.</summary>
    public static ImmutableArray<string>? Json(string text)
    {
        if (!text.StartsWith('['))
        {
            return null;
        }
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. json.RootElement.EnumerateArray().Select(item => item.GetString()!)]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
