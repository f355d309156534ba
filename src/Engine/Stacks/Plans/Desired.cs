using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Build;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Volumes;

namespace Brig.Engine.Stacks.Plans;

/// <summary>What a stack's files ask for, in the engine's own terms.</summary>
internal sealed record DesiredStack(
    string Id, string Name, ImmutableArray<DesiredNetwork> Networks, ImmutableArray<DesiredVolume> Volumes, ImmutableArray<DesiredService> Services)
{
    public DesiredService? Service(string name) => Services.FirstOrDefault(service => service.Name == name);
}

/// <param name="Hash">Of what is asked for; null: it is external.</param>
internal sealed record DesiredNetwork(string Key, NetworkSpec Spec, string? Hash)
{
    public string Name => Spec.Name!;
}

internal sealed record DesiredVolume(string Key, VolumeSpec Spec, bool External)
{
    public string Name => Spec.Name!;
}

/// <param name="Spec">Of each of its containers, but for the name, the labels of Compose and the ports of this machine.</param>
/// <param name="Hash">Of <paramref name="Spec"/> and of the contents of its files.</param>
/// <param name="Build">Null: the image is pulled.</param>
internal sealed record DesiredService(
    string Name, ComposeService Asked, ContainerSpec Spec, string Hash, DesiredBuild? Build, ImmutableArray<DesiredFile> Files, ImmutableArray<DesiredContainer> Containers)
{
    /// <summary>What is compared with what is asked for later: the spec, and which contents its files have.</summary>
    public string Text() => CanonicalJson.Write(Spec, Files.SelectMany(file => (KeyValuePair<string, string>[])
    [
        new($"content of {file.Target}", Short(file.Fingerprint)),
        new($"owner of {file.Target}", string.Create(CultureInfo.InvariantCulture, $"{file.Uid}:{file.Gid} {Convert.ToString(file.Mode, 8)}")),
    ]));

    private static string Short(string fingerprint) => fingerprint.Length > 8 ? fingerprint[..8] : fingerprint;
}

/// <param name="Name">The container's.</param>
internal sealed record DesiredContainer(string Service, int Number, string Name, ContainerSpec Spec);

/// <param name="Root">Null: a folder of this machine, by its path. Else the stack's own folder, in which containers can change what the path leads to.</param>
internal sealed record DesiredBuild(BuildRequest Request, string Context, bool Always, string? Root = null);

/// <summary>A config or a secret in a container.</summary>
/// <param name="Fingerprint">Tells one content from another and nothing about it.</param>
/// <param name="Mode">Octal digits' value.</param>
internal sealed record DesiredFile(string Target, byte[] Content, string Fingerprint, uint Uid, uint Gid, int Mode);

/// <summary>What there is of the stack on this machine.</summary>
/// <param name="Containers">With the stack's label.</param>
/// <param name="ImageDigest">Of a reference; null: it is not here.</param>
/// <param name="SpecOf">What was asked for when that hash was made, as canonical JSON; null: not known any more.</param>
internal sealed record ActualStack(
    ImmutableArray<Container> Containers, ImmutableArray<Network> Networks, ImmutableArray<Volume> Volumes, Func<string, string?> ImageDigest, Func<string, string?> SpecOf);
