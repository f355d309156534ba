using System.Text;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>
/// Variables and quotes in a word, as the Dockerfile reference has them: <c>$name</c>, <c>${name}</c>, the modifiers <c>:- - :+ + :? ?</c>,
/// <c># ## % %%</c> and <c>/ //</c>; single quotes keep all, double quotes keep blanks, the escape character keeps the next one.
/// </summary>
/// <param name="lookup">A variable's value; null: not set.</param>
/// <param name="at">For the error sentences.</param>
internal sealed class Expansion(Func<string, string?> lookup, char escape, int at)
{
    /// <summary>How deep defaults may hold variables: deeper than anybody writes, shallower than the stack.</summary>
    private const int Deepest = 50;

    /// <summary>A value grown beyond this was written to grow: <c>A=$B$B</c>, line after line.</summary>
    private const int LongestResult = 1024 * 1024;

    /// <summary>One word, without its quotes.</summary>
    public string Word(string text)
    {
        var result = new StringBuilder();
        int i = 0;
        Run(text, ref i, result, stop: '\0', depth: 0);
        return result.ToString();
    }

    /// <summary>A heredoc's content: variables count, quotes are text.</summary>
    public string Content(string text)
    {
        var result = new StringBuilder();
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == escape && i + 1 < text.Length && (text[i + 1] == '$' || text[i + 1] == escape))
            {
                result.Append(text[i + 1]);
                i += 2;
            }
            else if (text[i] == '$')
            {
                Append(result, Variable(text, ref i, 0));
            }
            else
            {
                result.Append(text[i++]);
            }
        }
        return result.ToString();
    }

    private void Run(string text, ref int i, StringBuilder result, char stop, int depth)
    {
        char quote = '\0';
        while (i < text.Length && !(quote == '\0' && text[i] == stop && stop != '\0'))
        {
            char c = text[i];
            if (quote == '\'')
            {
                i++;
                if (c == '\'')
                {
                    quote = '\0';
                }
                else
                {
                    result.Append(c);
                }
            }
            else if (c == escape && i + 1 < text.Length)
            {
                // In double quotes only what would mean something there is escaped.
                if (quote == '"' && text[i + 1] != '"' && text[i + 1] != '$' && text[i + 1] != escape)
                {
                    result.Append(c);
                }
                result.Append(text[i + 1]);
                i += 2;
            }
            else if (c == '"' || (c == '\'' && quote == '\0'))
            {
                quote = quote == '\0' ? c : '\0';
                i++;
            }
            else if (c == '$')
            {
                Append(result, Variable(text, ref i, depth));
            }
            else
            {
                result.Append(c);
                i++;
            }
        }
        if (quote != '\0')
        {
            throw Dockerfile.At(at, $"the quote {quote} in \"{Text.Short(text)}\" is never closed");
        }
    }

    /// <summary>At a <c>$</c>; leaves <paramref name="i"/> behind the variable.</summary>
    private string Variable(string text, ref int i, int depth)
    {
        if (depth > Deepest)
        {
            throw Dockerfile.At(at, $"variables stand in one another more than {Deepest} deep");
        }
        int start = ++i;
        if (i >= text.Length || (text[i] != '{' && !IsFirst(text[i])))
        {
            return "$";
        }
        if (text[i] != '{')
        {
            while (i < text.Length && IsNext(text[i]))
            {
                i++;
            }
            return lookup(text[start..i]) ?? "";
        }
        int name = ++i;
        while (i < text.Length && IsNext(text[i]))
        {
            i++;
        }
        string key = text[name..i];
        if (key.Length == 0 || i >= text.Length)
        {
            throw Dockerfile.At(at, $"\"{Text.Short(text[(start - 1)..])}\" is no variable: write ${{name}}");
        }
        string? value = lookup(key);
        string result = text[i] == '}' ? value ?? "" : Modified(text, ref i, key, value, depth + 1);
        if (i >= text.Length || text[i] != '}')
        {
            throw Dockerfile.At(at, $"the }} of ${{{Text.Short(key)} is missing");
        }
        i++;
        return result;
    }

    private string Modified(string text, ref int i, string key, string? value, int depth)
    {
        bool emptyIsUnset = text[i] == ':';
        if (emptyIsUnset)
        {
            i++;
        }
        char modifier = i < text.Length ? text[i++] : '\0';
        bool isSet = value is not null && !(emptyIsUnset && value.Length == 0);
        bool twice = !emptyIsUnset && modifier is '#' or '%' or '/' && i < text.Length && text[i] == modifier;
        if (twice)
        {
            i++;
        }
        if (emptyIsUnset ? modifier is not ('-' or '+' or '?') : modifier is not ('-' or '+' or '?' or '#' or '%' or '/'))
        {
            throw Dockerfile.At(at, $"\"{(emptyIsUnset ? ":" : "")}{modifier}\" in ${{{Text.Short(key)}…}} is not known; use :- :+ :? # ## % %% / or //");
        }
        string word = Inner(text, ref i, modifier == '/' ? '/' : '}', depth);
        if (modifier == '/')
        {
            bool hasReplacement = i < text.Length && text[i] == '/';
            i += hasReplacement ? 1 : 0;
            string replacement = hasReplacement ? Inner(text, ref i, '}', depth) : "";
            return ShellPattern.Replace(value ?? "", word, replacement, all: twice);
        }
        return modifier switch
        {
            '-' => isSet ? value! : word,
            '+' => isSet ? word : "",
            '?' => isSet ? value! : throw Dockerfile.At(at, $"{key}: {(word.Length > 0 ? Text.Short(word) : "is not set")}"),
            '#' => ShellPattern.TrimStart(value ?? "", word, longest: twice),
            _ => ShellPattern.TrimEnd(value ?? "", word, longest: twice),
        };
    }

    private string Inner(string text, ref int i, char stop, int depth)
    {
        var result = new StringBuilder();
        while (i < text.Length && text[i] != stop && text[i] != '}')
        {
            if (text[i] == escape && i + 1 < text.Length)
            {
                result.Append(text[i + 1]);
                i += 2;
            }
            else if (text[i] is '"' or '\'')
            {
                int close = text.IndexOf(text[i], i + 1);
                if (close < 0)
                {
                    throw Dockerfile.At(at, $"the quote {text[i]} in \"{Text.Short(text)}\" is never closed");
                }
                string inside = text[(i + 1)..close];
                Append(result, text[i] == '"' ? new Expansion(lookup, escape, at).Content(inside) : inside);
                i = close + 1;
            }
            else if (text[i] == '$')
            {
                Append(result, Variable(text, ref i, depth));
            }
            else
            {
                result.Append(text[i++]);
            }
        }
        return result.ToString();
    }

    private void Append(StringBuilder result, string value)
    {
        if (result.Length + value.Length > LongestResult)
        {
            throw Dockerfile.At(at, $"the text grows beyond {LongestResult} characters when its variables are filled in");
        }
        result.Append(value);
    }

    private static bool IsFirst(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNext(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
