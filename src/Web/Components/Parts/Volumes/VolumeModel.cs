using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Brig.Engine.Volumes;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Volumes;

/// <summary>What is typed into the form for a new volume, and what is wrong with it.</summary>
public sealed partial class VolumeModel
{
    public string Name { get; set; } = "";
    public VolumeKind Kind { get; set; }

    /// <summary>Of one in memory, as <c>64m</c>; empty: half of memory.</summary>
    public string Size { get; set; } = "";

    /// <summary>Of one in memory, octal.</summary>
    public string Mode { get; set; } = "";

    /// <summary>Of one in a folder of the machine.</summary>
    public string Device { get; set; } = "";

    /// <summary>Lines of <c>key=value</c>.</summary>
    public string Labels { get; set; } = "";

    public bool IsRight => new[] { nameof(Name), nameof(Size), nameof(Mode), nameof(Device), nameof(Labels) }.All(each => Wrong(each) is null);

    public string? Wrong(string field) => field switch
    {
        nameof(Name) when !NameRule().IsMatch(Name.Trim()) => T("volumes.wrongName"),
        nameof(Size) when Kind == VolumeKind.Tmpfs && Size.Trim().Length > 0 && !SizeRule().IsMatch(Size.Trim()) => T("volumes.wrongSize"),
        nameof(Mode) when Kind == VolumeKind.Tmpfs && Mode.Trim().Length > 0 && !ModeRule().IsMatch(Mode.Trim()) => T("volumes.wrongMode"),
        nameof(Device) when Kind == VolumeKind.Bind && !Device.Trim().StartsWith('/') => T("volumes.wrongDevice"),
        nameof(Labels) when Pairs().Any(pair => pair[0].Length == 0) => T("volumes.wrongLabels"),
        _ => null,
    };

    public VolumeSpec ToSpec() => new(Name.Trim().Length == 0 ? null : Name.Trim()) { Options = Options(), Labels = Pairs().GroupBy(pair => pair[0]).ToImmutableDictionary(same => same.Key, same => same.Last().ElementAtOrDefault(1) ?? "") };

    /// <summary>The same in docker's words.</summary>
    public string Docker()
    {
        var spec = ToSpec();
        string[] words = ["docker", "volume", "create", .. spec.Options.OrderByDescending(option => option.Key, StringComparer.Ordinal).SelectMany(option => (string[])["--opt", $"{option.Key}={option.Value}"]),
            .. spec.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).SelectMany(label => (string[])["--label", $"{label.Key}={label.Value}"]), .. spec.Name is { } name ? (string[])[name] : []];
        return CommandLine.Join(words);
    }

    private ImmutableDictionary<string, string> Options()
    {
        var none = ImmutableDictionary<string, string>.Empty;
        if (Kind == VolumeKind.Bind)
            return none.Add("type", "none").Add("o", "bind").Add("device", Device.Trim());
        if (Kind == VolumeKind.Folder)
            return none;
        var o = string.Join(',', new[] { ("size", Size.Trim()), ("mode", Mode.Trim()) }.Where(one => one.Item2.Length > 0).Select(one => $"{one.Item1}={one.Item2}"));
        var memory = none.Add("type", "tmpfs").Add("device", "tmpfs");
        return o.Length == 0 ? memory : memory.Add("o", o);
    }

    private IEnumerable<string[]> Pairs() => Labels.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries));

    [GeneratedRegex(@"\A([a-zA-Z0-9][a-zA-Z0-9_.-]{0,199})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRule();

    [GeneratedRegex(@"\A[1-9][0-9]{0,17}[kKmMgGtT]?\z", RegexOptions.CultureInvariant)]
    private static partial Regex SizeRule();

    [GeneratedRegex(@"\A0?[0-7]{3,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ModeRule();
}
