using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>
/// The parameter <c>filters</c>: <c>{"name":["web"]}</c>, and as clients before API 1.22 wrote it <c>{"name":{"web":true}}</c>. Of several values of one filter any will do, but of labels all must hold.
/// </summary>
internal sealed class DockerFilters
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, ImmutableArray<string>> _all = new(StringComparer.Ordinal);

    private DockerFilters()
    {
    }

    public bool IsEmpty => _all.Count == 0;

    /// <summary>Empty where it was not given.</summary>
    public ImmutableArray<string> this[string key] => _all.GetValueOrDefault(key, []);

    /// <param name="known">Those that this request has.</param>
    /// <exception cref="EngineException">Invalid: no such JSON, or a filter that is none of these.</exception>
    public static DockerFilters Of(HttpContext http, params ReadOnlySpan<string> known)
    {
        var filters = new DockerFilters();
        if (http.Request.Query["filters"].ToString() is not { Length: > 0 } text)
        {
            return filters;
        }
        try
        {
            using var json = JsonDocument.Parse(text);
            foreach (var filter in json.RootElement.EnumerateObject())
            {
                if (!known.Contains(filter.Name))
                {
                    throw EngineException.Invalid($"invalid filter '{Text(filter.Name)}'");
                }
                filters._all[filter.Name] = filter.Value.ValueKind == JsonValueKind.Object
                    ? [.. filter.Value.EnumerateObject().Where(value => value.Value.ValueKind == JsonValueKind.True).Select(value => value.Name)]
                    : [.. filter.Value.EnumerateArray().Select(value => value.GetString() ?? "")];
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw EngineException.Invalid("The filters must be a JSON object of lists of words, as {\"name\":[\"web\"]}.");
        }
        return filters;
    }

    public bool Has(string key) => !this[key].IsEmpty;

    /// <summary>Not asked about, or this is true of one of its values.</summary>
    public bool Any(string key, Func<string, bool> matches) => !Has(key) || this[key].Any(matches);

    /// <exception cref="EngineException">Invalid: a value of it makes no sense.</exception>
    public void Check(string key, Func<string, bool> isKnown)
    {
        if (this[key].FirstOrDefault(value => !isKnown(value)) is { } wrong)
        {
            throw EngineException.Invalid($"invalid filter '{key}={Text(wrong)}'");
        }
    }

    /// <summary>Not asked about, or one of these.</summary>
    public bool Is(string key, string value) => !_all.TryGetValue(key, out var wanted) || wanted.IsEmpty || wanted.Contains(value);

    /// <summary>As Docker compares names and ids: equal, or found in it as a regular expression.</summary>
    public bool Matches(string key, string value) => !_all.TryGetValue(key, out var wanted) || wanted.IsEmpty || wanted.Any(one => one == value || Found(one, value));

    /// <summary>The same for one that has several names.</summary>
    public bool MatchesAny(string key, IEnumerable<string> values) => !_all.ContainsKey(key) || values.Any(value => Matches(key, value));

    /// <summary>Not asked about, or the value begins with one of these.</summary>
    public bool Begins(string key, string value) => !_all.TryGetValue(key, out var wanted) || wanted.IsEmpty || wanted.Any(one => value.StartsWith(one, StringComparison.Ordinal));

    /// <summary><c>label</c>: all of them, each as <c>key</c> or <c>key=value</c>; <c>label!</c>: none of those.</summary>
    public bool HasLabels(IReadOnlyDictionary<string, string> labels) => this["label"].All(label => Has(labels, label)) && !this["label!"].Any(label => Has(labels, label));

    /// <summary>Of a filter that is yes or no; null where it was not given.</summary>
    /// <exception cref="EngineException">Invalid: it is something else.</exception>
    public bool? Flag(string key) => this[key] switch
    {
        [] => null,
        ["1" or "true" or "True" or "TRUE" or "t" or "T"] => true,
        ["0" or "false" or "False" or "FALSE" or "f" or "F"] => false,
        [var other, ..] => throw EngineException.Invalid($"invalid filter '{key}={Text(other)}'"),
    };

    /// <summary><c>until</c> of a prune: a moment, or how long before now.</summary>
    public DateTimeOffset? Until(DateTimeOffset now) => this["until"] switch
    {
        [] => null,
        [var one] => DockerTime.Parse(one, now),
        _ => throw EngineException.Invalid("more than one until filter specified"),
    };

    private static bool Has(IReadOnlyDictionary<string, string> labels, string wanted)
    {
        string[] parts = wanted.Split('=', 2);
        return labels.TryGetValue(parts[0], out string? value) && (parts.Length == 1 || parts[1] == value);
    }

    private static bool Found(string pattern, string value)
    {
        try
        {
            return Regex.IsMatch(value, pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return value.Contains(pattern, StringComparison.Ordinal);
        }
    }

    private static string Text(string word) => word.Length > 64 ? string.Create(CultureInfo.InvariantCulture, $"{word.AsSpan(0, 64)}…") : word;
}
