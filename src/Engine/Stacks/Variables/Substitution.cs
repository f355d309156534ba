using System.Text;

namespace Brig.Engine.Stacks.Variables;

/// <summary>
/// Variables in a text, as the Compose specification's chapter "Interpolation" has them: <c>$NAME</c>, <c>${NAME}</c>, the modifiers <c>:- - :? ? :+ +</c> whose words
/// may hold variables, and <c>$$</c> for a dollar. A value that is put in is not looked at again.
/// </summary>
/// <param name="lookup">A variable's value; null: not set.</param>
/// <param name="missing">Told of a variable that is not set and has no default: it stands for nothing.</param>
internal sealed class Substitution(Func<string, string?> lookup, Action<string> missing)
{
    private const int Deepest = 30;

    /// <summary>Characters. Variables can name others that name others: what they grow to is counted before it is there.</summary>
    private const int Longest = 1 << 20;

    /// <exception cref="FormatException">One sentence.</exception>
    public string Apply(string text)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }
        int i = 0;
        var result = new StringBuilder();
        Run(text, ref i, result, inBraces: false, depth: 0, isUsed: true);
        return result.ToString();
    }

    /// <summary>Up to the end, or to the brace that closes.</summary>
    /// <param name="isUsed">False for the word of a modifier that does not come to bear: its variables are not missed.</param>
    private void Run(string text, ref int i, StringBuilder to, bool inBraces, int depth, bool isUsed)
    {
        if (depth > Deepest)
        {
            throw new FormatException($"Variables are nested more than {Deepest} deep.");
        }
        while (i < text.Length)
        {
            char c = text[i];
            if (c == '}' && inBraces)
            {
                return;
            }
            if (c != '$')
            {
                to.Append(c);
                i++;
            }
            else if (i + 1 < text.Length && text[i + 1] == '$')
            {
                to.Append('$');
                i += 2;
            }
            else if (i + 1 < text.Length && text[i + 1] == '{')
            {
                i += 2;
                Braced(text, ref i, to, depth, isUsed);
            }
            else
            {
                i++;
                string name = Name(text, ref i);
                if (name.Length == 0)
                {
                    throw new FormatException($"\"{Text.Short(text)}\" has a $ that names no variable; write $$ for a dollar.");
                }
                Put(Value(name, isUsed), to);
            }
        }
    }

    private void Braced(string text, ref int i, StringBuilder to, int depth, bool isUsed)
    {
        string name = Name(text, ref i);
        if (name.Length == 0)
        {
            throw new FormatException($"\"{Text.Short(text)}\" has a ${{ that names no variable; write $$ for a dollar.");
        }
        bool orEmpty = i < text.Length && text[i] == ':';
        char modifier = i + (orEmpty ? 1 : 0) < text.Length ? text[i + (orEmpty ? 1 : 0)] : '\0';
        if (modifier == '}' && !orEmpty)
        {
            i++;
            Put(Value(name, isUsed), to);
            return;
        }
        if (modifier is not ('-' or '?' or '+'))
        {
            throw new FormatException($"\"{Text.Short(text)}\" has something else after ${{{name} than }}, :- - :? ? :+ or +.");
        }
        i += orEmpty ? 2 : 1;
        string? value = lookup(name);
        bool has = orEmpty ? !string.IsNullOrEmpty(value) : value is not null;
        var word = new StringBuilder();
        Run(text, ref i, word, inBraces: true, depth + 1, isUsed && (modifier == '+' ? has : !has));
        if (i >= text.Length)
        {
            throw new FormatException($"\"{Text.Short(text)}\" has a ${{ without its }}.");
        }
        i++;
        if (modifier == '?' && !has && isUsed)
        {
            throw new FormatException(word.Length > 0 ? $"The variable {name} is missing: {Text.Short(word.ToString())}." : $"The variable {name} is missing; set it in .env or give it with the stack.");
        }
        Put(modifier == '+' ? has ? word.ToString() : "" : has ? value! : modifier == '-' ? word.ToString() : "", to);
    }

    private static void Put(string value, StringBuilder to)
    {
        if (to.Length + value.Length > Longest)
        {
            throw new FormatException("With its variables put in this is longer than 1 MB.");
        }
        to.Append(value);
    }

    private string Value(string name, bool isUsed)
    {
        string? value = lookup(name);
        if (value is null && isUsed)
        {
            missing(name);
        }
        return value ?? "";
    }

    private static string Name(string text, ref int i)
    {
        int start = i;
        while (i < text.Length && (char.IsAsciiLetter(text[i]) || text[i] == '_' || (i > start && char.IsAsciiDigit(text[i]))))
        {
            i++;
        }
        return text[start..i];
    }
}
