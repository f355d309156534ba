using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Images;

namespace Brig.Engine.Stacks.Reading;

/// <summary>The values that are one text.</summary>
internal static class Scalars
{
    private static readonly ImmutableArray<(string Suffix, int Shift)> Units =
        [("kib", 10), ("mib", 20), ("gib", 30), ("tib", 40), ("kb", 10), ("mb", 20), ("gb", 30), ("tb", 40), ("k", 10), ("m", 20), ("g", 30), ("t", 40), ("b", 0), ("", 0)];

    public static readonly Shape<string> Text = new ScalarShape<string>("a text", (scalar, out value) => (value = scalar.Value) is not null, () => Types("string", "number", "boolean"));

    public static readonly Shape<string> Name = new ScalarShape<string>(
        "a name of letters, digits, '.', '_' and '-'", (scalar, out value) => IsName(value = scalar.Value), () => new() { ["type"] = "string", ["pattern"] = "^[a-zA-Z0-9._-]+$" });

    public static readonly Shape<bool> Bool = new ScalarShape<bool>("true or false", (scalar, out value) =>
    {
        value = scalar.Value.ToLowerInvariant() is "true" or "yes" or "on" or "y" or "t" or "1";
        return value || scalar.Value.ToLowerInvariant() is "false" or "no" or "off" or "n" or "f" or "0";
    }, () => Types("boolean", "string"));

    /// <summary>As Docker writes lengths of time: 1m30s, 500ms.</summary>
    public static readonly Shape<TimeSpan> Duration = new ScalarShape<TimeSpan>("a length of time; write it as 1m30s or 500ms", (scalar, out value) =>
    {
        var parsed = GoDuration.Parse(scalar.Value);
        value = parsed ?? default;
        return parsed is not null;
    }, () => new() { ["type"] = "string", ["pattern"] = @"^(0|([0-9.]+(ns|us|µs|ms|s|m|h))+|.*\$.*)$" });

    /// <summary>What is run and built here: this machine's.</summary>
    public static readonly Shape<string> Platform = new ScalarShape<string>($"what this machine is, {Platforms.Own}", (scalar, out value) =>
        (value = scalar.Value.ToLowerInvariant()) == "linux" || Platforms.Fits(value.Contains('/', StringComparison.Ordinal) ? value : $"linux/{value}"), () => new() { ["enum"] = new JsonArray(Platforms.Own) });

    /// <summary>Bytes; units are powers of 1,024.</summary>
    public static readonly Shape<long> Bytes = new ScalarShape<long>("a number of bytes; write it as 512m or 2gb", (scalar, out value) => TryBytes(scalar.Value, out value), () => Types("string", "integer"));

    public static readonly Shape<double> Number = new ScalarShape<double>("a number that is not below zero", (scalar, out value) =>
        double.TryParse(scalar.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && double.IsFinite(value), () => Types("number", "string"));

    public static Shape<long> Whole(long least, long most) => new ScalarShape<long>($"a whole number from {least} to {most}", (scalar, out value) =>
        long.TryParse(scalar.Value.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= least && value <= most,
        () => Types("integer", "string"));

    /// <summary>Octal: 0440, "440" or 0o440 (YAML 1.2). A bare 440 is decimal to other readers and octal to people, so it is refused.</summary>
    public static readonly Shape<int> Mode = new ScalarShape<int>("octal permissions; write them as 0440", (scalar, out value) =>
    {
        if (scalar is { IsPlain: true, Value: [not '0', ..] })
        {
            value = 0;
            return false;
        }
        string digits = scalar.Value.StartsWith("0o", StringComparison.Ordinal) ? scalar.Value[2..] : scalar.Value;
        value = 0;
        if (digits.Length is 0 or > 5 || digits.Any(c => c is < '0' or > '7'))
        {
            return false;
        }
        value = Convert.ToInt32(digits, 8);
        return value <= 0xFFF;
    }, () => Types("integer", "string"));

    /// <summary>One of some words.</summary>
    public static Shape<T> Word<T>(params (string Word, T Value)[] words) => new ScalarShape<T>(
        "one of " + string.Join(", ", words.Select(word => word.Word)),
        (scalar, out value) =>
        {
            var (word, found) = words.FirstOrDefault(word => word.Word == scalar.Value);
            value = found;
            return word is not null;
        },
        () => new() { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word.Word)]) });

    public static bool TryBytes(string text, out long bytes)
    {
        bytes = 0;
        string lower = text.Trim().ToLowerInvariant();
        var (suffix, shift) = Units.First(unit => lower.EndsWith(unit.Suffix, StringComparison.Ordinal));
        if (!double.TryParse(lower[..^suffix.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) || number * (1L << shift) > 1L << 60)
        {
            return false;
        }
        bytes = (long)(number * (1L << shift));
        return true;
    }

    public static bool IsName(string text) => text.Length is > 0 and <= 200 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static JsonObject Types(params string[] types) => new() { ["type"] = new JsonArray([.. types.Select(type => (JsonNode)type)]) };
}
