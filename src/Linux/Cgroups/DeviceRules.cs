using System.Collections.Immutable;

namespace Brig.Linux.Cgroups;

/// <summary>One entry of a device allow-list.</summary>
/// <param name="Kind">c or b.</param>
/// <param name="Major">Null: any.</param>
/// <param name="Minor">Null: any.</param>
/// <param name="Access">Of r (read), w (write), m (mknod).</param>
public readonly record struct DeviceRule(char Kind, int? Major, int? Minor, string Access)
{
    /// <summary>As v1's devices.allow takes it: <c>c 1:3 rwm</c>.</summary>
    public override string ToString() => $"{Kind} {Major?.ToString() ?? "*"}:{Minor?.ToString() ?? "*"} {Access}";
}

internal static class DeviceRules
{
    /// <summary>Any node may be made; only these opened.</summary>
    public static readonly ImmutableArray<DeviceRule> Allowed =
    [
        new('c', null, null, "m"), new('b', null, null, "m"),
        new('c', 1, 3, "rwm"), new('c', 1, 5, "rwm"), new('c', 1, 7, "rwm"), new('c', 1, 8, "rwm"), new('c', 1, 9, "rwm"),   // null zero full random urandom
        new('c', 5, 0, "rwm"), new('c', 5, 2, "rwm"),   // tty ptmx; 5:1 would be the machine's console, a container's is a pty
        new('c', 136, null, "rwm"),   // ptys
    ];

    public static IEnumerable<DeviceRule> With(IEnumerable<DeviceRule>? also) => Allowed.Concat(also ?? []);
}
