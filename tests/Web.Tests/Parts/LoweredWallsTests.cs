using Brig.Engine.Containers;
using Brig.Web.Components.Parts;

namespace Brig.Web.Tests.Parts;

public sealed class LoweredWallsTests
{
    private static readonly ContainerSpec Plain = new() { Image = "x" };

    [Fact]
    public void Of_Default_None() => Assert.Empty(LoweredWalls.Of(Plain));

    [Fact]
    public void Of_Stricter_None() => Assert.Empty(LoweredWalls.Of(Plain with { CapDrop = ["ALL"], CapAdd = ["cap_chown"], ReadOnlyRoot = true }));

    [Fact]
    public void Of_EachLowered_IsNamed() => Assert.Equal<string>(["net", "user", "paths", "devices", "capabilities", "noNewPrivileges", "seccomp"], LoweredWalls.Of(Plain with
    {
        Namespaces = new() { Net = NamespaceSpec.OfContainer("db"), User = NamespaceSpec.Host },
        SystemPaths = SystemPaths.Unconfined,
        Devices = [new("/dev/fuse")],
        CapAdd = ["SYS_ADMIN"],
        NoNewPrivileges = false,
        Seccomp = new(SeccompChoice.Unconfined),
    }));

    [Fact]
    public void Of_SharedWithItsPod_NoneButWithAnother() => Assert.Equal<string>(["pid"], LoweredWalls.Of(Plain with
    {
        Pod = "shop", Namespaces = new() { Net = NamespaceSpec.OfContainer("shop"), Ipc = NamespaceSpec.OfContainer("shop"), User = NamespaceSpec.OfContainer("shop"), Pid = NamespaceSpec.OfContainer("db") },
    }));

    [Fact]
    public void Of_Privileged_IsLeftToItsOwnMark() => Assert.Empty(LoweredWalls.Of(Plain with { Privileged = true, NoNewPrivileges = false }));
}
