using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Brig.Engine.Containers;

namespace Brig.Engine.Isolation;

/// <summary>Some of capabilities(7).</summary>
/// <param name="Mask">Bit n for capability n, as the kernel writes it.</param>
public readonly record struct CapabilitySet(ulong Mask)
{
    /// <summary>Every name there is, without CAP_, in the kernel's order.</summary>
    [JsonIgnore]
    public static ImmutableArray<string> All => Capabilities.Names;

    /// <summary>What a container has about which nothing is said: Docker's fourteen but NET_RAW.</summary>
    [JsonIgnore]
    public static CapabilitySet Standard => new(Brig.Linux.Wire.CapabilityPlan.Standard);

    /// <summary>Those in it; one newer than this Brig is its number.</summary>
    public ImmutableArray<string> Names
    {
        get
        {
            ulong mask = Mask;
            return [.. Enumerable.Range(0, 64).Where(bit => (mask >> bit & 1) != 0).Select(bit => bit < All.Length ? All[bit] : bit.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        }
    }

    public bool Has(string name) => All.IndexOf(name) is var bit and >= 0 && (Mask >> bit & 1) != 0;
}
