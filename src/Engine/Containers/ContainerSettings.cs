namespace Brig.Engine.Containers;

/// <summary>What of a spec can be changed while the container exists.</summary>
public sealed record ContainerSettings(Limits Limits, RestartPolicy Restart, DockerAside? Docker)
{
    public static ContainerSettings Of(ContainerSpec spec) => new(spec.Limits, spec.Restart, spec.Docker);

    public ContainerSpec Over(ContainerSpec spec) => spec with { Limits = Limits, Restart = Restart, Docker = Docker };
}
