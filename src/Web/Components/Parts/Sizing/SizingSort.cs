using Brig.Engine.Sizing;

namespace Brig.Web.Components.Parts.Sizing;

/// <summary>By which column, as the address has it: <c>waste</c>, <c>-name</c> the other way round.</summary>
public sealed record SizingSort(string Key, bool Descending)
{
    /// <summary>With the style class of its cells.</summary>
    public static readonly (string Key, string Class)[] Columns = [("name", "w-name"), ("cpu", "num"), ("memory", "num w-spread"), ("given", "num c1"), ("waste", "num c2"), ("proposal", "num w-wants"), ("more", "num c2")];

    public static SizingSort Of(string? text)
    {
        string key = (text ?? "").TrimStart('-');
        return Columns.Any(column => column.Key == key) ? new(key, text![0] != '-' ^ key == "name") : new("waste", true);
    }

    /// <summary>What the address says after a press on a head: names from A on, numbers from the largest on, and the other way at the second press.</summary>
    public string Pressed(string key) => key != Key ? key : Of(key) == this ? "-" + key : key;

    public IEnumerable<ContainerSize> Sorted(IEnumerable<ContainerSize> all)
    {
        var named = all.OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase);
        return Key == "name" ? Descending ? named.Reverse() : named : Descending ? named.OrderByDescending(Value) : named.OrderBy(Value);
    }

    private double Value(ContainerSize one) => Key switch
    {
        "cpu" => one.Cpu?.P99 ?? -1,
        "memory" => one.Memory?.P99 ?? -1,
        "given" => one.Limits.Memory ?? double.MaxValue,
        "proposal" => one.Proposal?.Memory ?? -1,
        "more" => one.More?.Count ?? -1,
        _ => one.WastedMemory + one.WastedCpus,   // bytes first, cores where those are equal
    };
}
