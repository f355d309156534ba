using System.Globalization;
using System.Text.RegularExpressions;

namespace Brig.Api.Tests.Prometheus;

internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// Reads the text format as strictly as its description allows: every sample below its family's HELP and TYPE, every family once and in one piece, no series
/// twice, names and escapes as they must be, no counter below zero or named otherwise than its format demands.
/// </summary>
internal sealed partial class StrictText
{
    private readonly Dictionary<string, string> _types = [];
    private readonly HashSet<string> _series = [];
    private readonly bool _open;
    private string _family = "";
    private string? _helped;

    private StrictText(bool open) => _open = open;

    public List<Sample> Samples { get; } = [];
    public IReadOnlyDictionary<string, string> Types => _types;

    public static StrictText Parse(string text, bool openMetrics)
    {
        Assert.EndsWith("\n", text);
        Assert.DoesNotContain("\r", text);
        string[] lines = text[..^1].Split('\n');
        var parsed = new StrictText(openMetrics);
        if (openMetrics)
        {
            Assert.Equal("# EOF", lines[^1]);
            lines = lines[..^1];
        }
        foreach (string line in lines)
        {
            if (line.StartsWith('#'))
            {
                parsed.Comment(line);
            }
            else
            {
                parsed.Line(line);
            }
        }
        return parsed;
    }

    public double Value(string name, params (string Name, string Value)[] labels) =>
        Samples.Single(one => one.Name == name && labels.All(label => one.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;

    private void Comment(string line)
    {
        var match = CommentLine().Match(line);
        Assert.True(match.Success, $"no comment: {line}");
        string name = match.Groups["name"].Value, rest = match.Groups["rest"].Value;
        if (match.Groups["word"].Value == "HELP")
        {
            Assert.Null(_helped);
            Assert.DoesNotMatch(@"\\(?![\\n""])", rest);
            _helped = name;
            return;
        }
        Assert.Equal(_helped, name);
        Assert.True(_types.TryAdd(name, rest), $"{name} is told twice");
        Assert.Contains(rest, (string[])(_open ? ["counter", "gauge", "summary", "unknown"] : ["counter", "gauge", "summary"]));
        (_family, _helped) = (name, null);
    }

    private void Line(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"no sample: {line}");
        string name = match.Groups["name"].Value, labels = match.Groups["labels"].Value;
        Assert.Contains(name, NamesOf(_family, _types[_family]));
        Assert.True(_series.Add(name + "{" + labels + "}"), $"told twice: {line}");
        var pairs = new Dictionary<string, string>();
        foreach (Match pair in LabelPair().Matches(labels))
        {
            Assert.True(pairs.TryAdd(pair.Groups[1].Value, Unescape(pair.Groups[2].Value)), $"one label twice: {line}");
        }
        Assert.Equal(labels.Length, LabelPair().Matches(labels).Sum(pair => pair.Length) + Math.Max(0, pairs.Count - 1));
        double value = match.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "NaN" => double.NaN,
            var text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        Assert.False(_types[_family] == "counter" && !(value >= 0), $"a counter below zero: {line}");
        Samples.Add(new(name, pairs, value));
    }

    private string[] NamesOf(string family, string type) => type switch
    {
        "summary" => [family + "_sum", family + "_count"],
        "counter" when _open => [family + "_total"],
        _ => [family],
    };

    private static string Unescape(string text) => Escaped().Replace(text, match => match.Value switch { "\\n" => "\n", var other => other[1..] });

    [GeneratedRegex("^# (?<word>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.+)$")]
    private static partial Regex CommentLine();

    [GeneratedRegex("^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?<labels>([^\"\\\\}]|\"([^\"\\\\]|\\\\[\\\\n\"])*\")+)\\})? (?<value>[-+0-9.eEInfNa]+)$")]
    private static partial Regex SampleLine();

    [GeneratedRegex("(?<=^|,)([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\n\"])*)\"")]
    private static partial Regex LabelPair();

    [GeneratedRegex(@"\\[\\n""]")]
    private static partial Regex Escaped();
}
