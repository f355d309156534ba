using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Volumes;

namespace Brig.Web.Api.Docker;

/// <summary>A mount may say how its volume is made, if there is none yet (<c>volume-opt</c>, <c>volume-label</c>).</summary>
internal static class MountVolumes
{
    /// <summary>Makes them, then what needs them. One without a name gets it here, for what the engine makes by itself is like any other; it goes again if nothing comes of it.</summary>
    public static async Task<Container> WithThemAsync(IVolumes volumes, DockerCreate asked, ContainerSpec spec, Func<ContainerSpec, Task<Container>> make, CancellationToken stop)
    {
        var nameless = new List<string>();
        try
        {
            foreach (var mount in (asked.HostConfig?.Mounts ?? []).Where(Says))
            {
                var made = Spec(mount);
                if (made.Anonymous)
                {
                    nameless.Add(made.Name!);
                    spec = spec with { Mounts = [.. spec.Mounts.Select(one => one is { Kind: MountKind.Volume, Source: null } && one.Target == mount.Target ? one with { Source = made.Name } : one)] };
                }
                if (!volumes.List().Any(volume => volume.Name == made.Name))
                {
                    await volumes.CreateAsync(made, stop);
                }
            }
            return await make(spec);
        }
        catch (EngineException)
        {
            foreach (string name in nameless.Where(name => volumes.List().Any(volume => volume.Name == name)))
            {
                await volumes.RemoveAsync(name, CancellationToken.None);
            }
            throw;
        }
    }

    private static bool Says(DockerMount mount) => mount is { Type: "volume", VolumeOptions: { Labels.Count: > 0 } or { DriverConfig.Options.Count: > 0 } };

    private static VolumeSpec Spec(DockerMount mount) => new(SpecReader.Some(mount.Source) ?? DockerVolumeRoutes.NewName())
    {
        Anonymous = string.IsNullOrEmpty(mount.Source),
        Labels = SpecReader.Pairs(mount.VolumeOptions!.Labels),
        Options = SpecReader.Pairs(mount.VolumeOptions.DriverConfig?.Options),
    };
}
