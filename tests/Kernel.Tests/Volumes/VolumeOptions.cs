using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Volumes;

internal static class VolumeOptions
{
    public static ImmutableDictionary<string, string> Tmpfs(string options) => new Dictionary<string, string> { ["type"] = "tmpfs", ["o"] = options }.ToImmutableDictionary();
}
