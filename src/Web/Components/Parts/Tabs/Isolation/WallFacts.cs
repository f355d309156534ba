using System.Globalization;
using Brig.Engine.Isolation;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>The engine's facts of a wall in words.</summary>
public static class WallFacts
{
    private static readonly HashSet<string> s_named =
        ["inode", "left", "bounding", "effective", "permitted", "inheritable", "ambient", "instructions", "label", "type", "readOnly", "mounts", "idmapped", "programs", "hostname"];

    private static readonly HashSet<string> s_sets = ["bounding", "effective", "permitted", "inheritable", "ambient"];

    /// <summary>A path or a setting's name stays as it is.</summary>
    public static string Name(string key) => s_named.Contains(key) ? T("isolation.fact." + key) : Escapes.Visible(key);

    /// <summary>Sets of capabilities are counted, for sixteen hex digits say little.</summary>
    public static string Value(string key, string? value) => value is null ? "–"
        : value is "masked" or "open" or "readOnly" or "yes" or "no" ? T("isolation.value." + value)
        : s_sets.Contains(key) && ulong.TryParse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask) ? $"{value} ({new CapabilitySet(mask).Names.Length})"
        : Escapes.Visible(value);

    /// <summary>The view that shows all of a wall; null: there is no more than is here.</summary>
    public static string? View(string wall) => wall switch
    {
        "capabilities" => "capabilities",
        "user" => "users",
        "mnt" or "root" or "paths" => "mounts",
        "seccomp" => "seccomp",
        _ => null,
    };
}
