using System.Text.Json;
using System.Text.RegularExpressions;

namespace Brig.Web.Api;

/// <summary>Says in one sentence what a body or a query got wrong; the framework's own words name .NET types.</summary>
internal static partial class BadRequests
{
    private const string NoBody = "The request needs a JSON body.";

    public static string Sentence(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
        {
            return Sentence(json);
        }
        if (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ApiLimits.TooLarge;
        }
        if (bad.StatusCode == StatusCodes.Status415UnsupportedMediaType)
        {
            return BodyTypes.JsonOnly;
        }
        if (QueryValue().Match(bad.Message) is { Success: true } query)
        {
            return $"\"{query.Groups["name"].Value}\" cannot be \"{query.Groups["value"].Value}\": it must be {Word(query.Groups["type"].Value)}.";
        }
        if (Missing().Match(bad.Message) is { Success: true } missing)
        {
            return missing.Groups["from"].Value == "body" ? NoBody : $"\"{missing.Groups["name"].Value}\" is missing from the query.";
        }
        return bad.Message.StartsWith("Implicit body", StringComparison.Ordinal) ? NoBody : bad.Message;
    }

    public static string Sentence(JsonException json)
    {
        string message = json.Message;
        if (Unknown().Match(message) is { Success: true } unknown)
        {
            return $"\"{Join(json.Path, unknown.Groups["name"].Value)}\" is not known here.";
        }
        if (Required().Match(message) is { Success: true } required)
        {
            string[] names = required.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries);
            return $"{string.Join(" and ", names.Select(name => $"\"{Join(json.Path, name.Trim('\'', '.'))}\""))} {(names.Length == 1 ? "is" : "are")} missing.";
        }
        if (Null().Match(message) is { Success: true } nothing)
        {
            return $"\"{Join(json.Path, nothing.Groups["name"].Value)}\" cannot be null.";
        }
        if (WrongType().Match(message) is { Success: true } wrong)
        {
            string path = Join(json.Path, null);
            return path.Length == 0 ? "The body must be a JSON object." : $"\"{path}\" must be {Word(Narrower(json) ?? wrong.Groups["type"].Value)}.";
        }
        if (json is ApiJsonException)
        {
            return $"\"{Join(json.Path, null)}\" {message}";
        }
        return json.LineNumber is { } line
            ? $"The body is not JSON: it goes wrong at line {line + 1}, byte {json.BytePositionInLine + 1}."
            : "The body is not JSON.";
    }

    /// <summary>For a constructor's parameter the message names the whole record; the exception below it names the value's type, or nearly.</summary>
    private static string? Narrower(JsonException json) => json.InnerException switch
    {
        FormatException format when OutOfBounds().Match(format.Message) is { Success: true } found => found.Groups["type"].Value,
        InvalidOperationException wrong when json.Message.Contains("Brig.", StringComparison.Ordinal) && AsA().Match(wrong.Message) is { Success: true } found =>
            found.Groups["type"].Value == "number" ? "Double" : found.Groups["type"].Value,
        _ => null,
    };

    /// <summary><c>$.limits</c> and <c>cpu</c> as <c>limits.cpu</c>.</summary>
    private static string Join(string? path, string? name)
    {
        string inner = path is null or "$" ? "" : path.TrimStart('$').TrimStart('.');
        if (name is null || inner == name || inner.EndsWith('.' + name, StringComparison.Ordinal))
        {
            return inner;
        }
        return inner.Length == 0 ? name : $"{inner}.{name}";
    }

    public static string Word(string type) => type switch
    {
        _ when type.Contains("ImmutableArray", StringComparison.Ordinal) => "a list",
        _ when type.Contains("Dictionary", StringComparison.Ordinal) => "an object of texts",
        _ when type.Contains("Int", StringComparison.Ordinal) || type is "int" or "long" or "int?" or "long?" => "a whole number",
        _ when type.Contains("Double", StringComparison.OrdinalIgnoreCase) => "a number",
        _ when type.Contains("Bool", StringComparison.OrdinalIgnoreCase) => "true or false",
        _ when type.Contains("String", StringComparison.OrdinalIgnoreCase) => "a text",
        _ when type.Contains(nameof(TimeParameter), StringComparison.Ordinal) => TimeParameter.Forms,
        _ => "an object",
    };

    [GeneratedRegex("The JSON property '(?<name>.*)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("missing required properties including: (?<names>.*)$")]
    private static partial Regex Required();

    [GeneratedRegex(@"(property or field|constructor parameter) '(?<name>\w+)'.* doesn't allow (setting )?null")]
    private static partial Regex Null();

    [GeneratedRegex(@"out of bounds for an? (?<type>\w+)")]
    private static partial Regex OutOfBounds();

    [GeneratedRegex(@" as an? (?<type>\w+)\.")]
    private static partial Regex AsA();

    [GeneratedRegex(@"could not be converted to (?<type>\S+?)\. Path")]
    private static partial Regex WrongType();

    [GeneratedRegex("^Failed to bind parameter \"(?<type>.+?) (?<name>\\w+)\" from \"(?<value>.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex QueryValue();

    [GeneratedRegex("^Required parameter \"\\S+ (?<name>\\w+)\" was not provided from (?<from>.+?)\\.$")]
    private static partial Regex Missing();
}
