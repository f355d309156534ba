namespace Brig.Engine;

/// <summary>Somebody's input inside a sentence of ours.</summary>
internal static class Text
{
    /// <summary>At most 80 characters, control characters replaced.</summary>
    public static string Short(string text)
    {
        string shown = new([.. text.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
        return text.Length > 80 ? shown + "…" : shown;
    }

    /// <summary>What the shim says, as it stands by itself: a capital and a full stop.</summary>
    public static string Sentence(string text) =>
        $"{char.ToUpperInvariant(text[0])}{text.AsSpan(1)}{(text.EndsWith('.') ? "" : ".")}";
}
