using Brig.Kernel.Tests.Attacks;

namespace Brig.Peers.Tests.Comparison;

public class ComparisonTests(Surfaces surfaces) : IClassFixture<Surfaces>
{
    [Fact]
    public void Surfaces_BesideDocker_OursAreFewer()
    {
        Assert.True(surfaces.Docker.Count > 300, $"only {surfaces.Docker.Count} surfaces of Docker were found");
        Assert.Equal("", string.Join('\n', surfaces.Ours.Except(surfaces.Docker).Order()));
    }

    [Fact]
    public void Surfaces_BesidePodman_OursAreFewer()
    {
        Assert.True(surfaces.Podman.Count > 300, $"only {surfaces.Podman.Count} surfaces of Podman were found");
        Assert.Equal("", string.Join('\n', surfaces.Ours.Except(surfaces.Podman).Order()));
    }

    [Fact]
    public void Document_TableOfSurfaces_IsWhatWasFound() => IsolationDocument.Check(
        "surfaces", $"Measured on Linux {IsolationDocument.Kernel} beside Docker {surfaces.DockerVersion} and Podman {surfaces.PodmanVersion}, as Debian 12 has them.", SurfaceTable.Rows(surfaces));
}
