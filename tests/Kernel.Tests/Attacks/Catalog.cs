using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

/// <summary>What a container tries, in the order of docs/isolation.md. A new attack is a line here and a function in programs/.</summary>
internal static partial class Catalog
{
    public static ImmutableArray<Attack> All { get; } = [.. Root, .. Files, .. Devices, .. Mounts, .. Calls, .. Neighbours, .. Rights, .. Amounts];

    public static Attack Get(string name) => All.Single(attack => attack.Name == name);
}
