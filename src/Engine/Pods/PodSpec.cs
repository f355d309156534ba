using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Engine.Pods;

/// <summary>A pod as asked for.</summary>
public sealed record PodSpec
{
    /// <summary>Null: one is generated. No container has the same.</summary>
    public string? Name { get; init; }

    /// <summary>Its containers see each other's processes; PID 1 is Brig's init.</summary>
    public bool SharePid { get; init; }

    /// <summary>Null: its name, where that can be one.</summary>
    public string? Hostname { get; init; }

    /// <summary>As of a container: null: the default network, empty: none.</summary>
    public ImmutableArray<NetworkAttachment>? Networks { get; init; }
    public ImmutableArray<PortSpec> Ports { get; init; } = [];
    public ImmutableArray<string> Dns { get; init; } = [];
    public ImmutableArray<string> ExtraHosts { get; init; } = [];

    /// <summary>Of the network and IPC namespaces.</summary>
    public ImmutableDictionary<string, string> Sysctls { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Of the whole: all its containers together; each may have its own below.</summary>
    public Limits Limits { get; init; } = Limits.None;
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}
