using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

internal static partial class Catalog
{
    private static ImmutableArray<Attack> Rights =>
    [
        new("real-root", "Be root outside as well") { Walls = [Wall.UserNamespace] },
        new("set-user-id", "Become root by a set-user-id program of the image") { Arguments = "become-root /bin/set-user-id", Walls = [Wall.NoNewPrivileges] },
        new("file-capability", "Get a capability that a file of the image carries") { Arguments = "run /bin/capable am-admin", Walls = [Wall.NoNewPrivileges, Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
        new("bounding-set", "Have more in the bounding set than was given") { Walls = [Wall.Capabilities], Capabilities = ["SYS_ADMIN"] },
    ];
}
