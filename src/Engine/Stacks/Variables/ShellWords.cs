using System.Text;

namespace Brig.Engine.Stacks.Variables;

/// <summary>A command written as one text, split as a POSIX shell splits words; nothing is expanded.</summary>
internal static class ShellWords
{
    /// <summary>Null: a quote is not closed.</summary>
    public static string[]? Split(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is ' ' or '\t' or '\n' or '\r')
            {
                if (word is not null)
                {
                    words.Add(word.ToString());
                    word = null;
                }
                continue;
            }
            word ??= new();
            if (c == '\\' && i + 1 < text.Length)
            {
                if (text[++i] != '\n')
                {
                    word.Append(text[i]);
                }
            }
            else if (c is '\'' or '"')
            {
                int end = i + 1;
                for (; end < text.Length && text[end] != c; end++)
                {
                    if (c == '"' && text[end] == '\\' && end + 1 < text.Length && text[end + 1] is '"' or '\\' or '$' or '`')
                    {
                        end++;
                    }
                    word.Append(text[end]);
                }
                if (end >= text.Length)
                {
                    return null;
                }
                i = end;
            }
            else
            {
                word.Append(c);
            }
        }
        if (word is not null)
        {
            words.Add(word.ToString());
        }
        return [.. words];
    }
}
