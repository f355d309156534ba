using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Images.Registry;

namespace Brig.Engine.Build;

/// <summary>What is to be built.</summary>
public sealed record BuildRequest
{
    /// <summary>The Dockerfile's text; null: it lies in the context, at <see cref="DockerfilePath"/>.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>Relative to the context.</summary>
    public string DockerfilePath { get; init; } = "Dockerfile";

    /// <summary>Names for the image, as <c>name[:tag]</c>; none: it dangles.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>A stage's name or number; null: the last stage.</summary>
    public string? Target { get; init; }

    /// <summary>Values for ARG. <c>SOURCE_DATE_EPOCH</c>, seconds since 1970, is what no time in the image is later than.</summary>
    public ImmutableDictionary<string, string> Arguments { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Run every step, whatever is kept of earlier builds.</summary>
    public bool NoCache { get; init; }

    /// <summary>Ask the registries for the base images' newest; else only for those that are not here.</summary>
    public bool Pull { get; init; }

    /// <summary>RUN is on the default network, as a container is that names none. False: it has nothing but a loopback of its own. Null: on the default one where Brig has one (<see cref="EngineOptions.DefaultNetwork"/>).</summary>
    public bool? Network { get; init; } = false;

    /// <summary>
    /// RUN has the host's network: all that the machine reaches, its own services on loopback and its abstract sockets too, for Dockerfiles one trusts. Without it ADD reaches neither this
    /// machine nor its link (169.254.169.254), and <c>RUN --network=host</c> is refused.
    /// </summary>
    public bool HostNetwork { get; init; }

    /// <summary>For <c>RUN --mount=type=secret</c>, by id. Seen by the steps that ask for them alone; in no layer, no cache key, no row.</summary>
    public ImmutableDictionary<string, string> Secrets { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>For the registries that base images come from, by host, in place of those that are kept.</summary>
    public ImmutableDictionary<string, RegistryLogin> Logins { get; init; } = ImmutableDictionary<string, RegistryLogin>.Empty;

    /// <summary>As linux/amd64; null, or this machine's: there is no other here.</summary>
    public string? Platform { get; init; }

    /// <summary>What each RUN may take.</summary>
    public Limits Limits { get; init; } = Limits.None;

    public ImmutableArray<RlimitSpec> Rlimits { get; init; } = [];

    /// <summary>Bytes of /dev/shm; null: as a container has it.</summary>
    public long? SharedMemory { get; init; }

    /// <summary>For each RUN, as <see cref="ContainerSpec.ExtraHosts"/>.</summary>
    public ImmutableArray<string> ExtraHosts { get; init; } = [];

    /// <summary>Is told all of it. Null: nobody listens.</summary>
    public BuildProgress? Progress { get; init; }
}

/// <param name="Entries">Steps whose result is kept.</param>
/// <param name="Bytes">Of layers that only they keep.</param>
public sealed record BuildCacheUsage(int Entries, long Bytes)
{
    /// <summary>What RUNs keep in their caches (<c>--mount=type=cache</c>).</summary>
    public long FolderBytes { get; init; }
}
