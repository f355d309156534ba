namespace Brig.Engine.Networks;

public enum PortProtocol { Tcp, Udp }

/// <summary>A port of the machine that shall lead into the container: a part of its spec.</summary>
/// <param name="ContainerPort">1 to 65,535: the first inside.</param>
public sealed record PortSpec(int ContainerPort)
{
    /// <summary>The first on the machine; 0: a free one is taken, and kept until the container is removed.</summary>
    public int HostPort { get; init; }

    /// <summary>One address of the machine, IPv4 or IPv6; null: all of both.</summary>
    public string? HostAddress { get; init; }

    public PortProtocol Protocol { get; init; }

    /// <summary>How many ports in a row.</summary>
    public int Count { get; init; } = 1;
}

/// <summary>A port that leads into a container now.</summary>
/// <param name="HostAddress">Null: every address of the machine.</param>
public sealed record PublishedPort(string? HostAddress, int HostPort, int ContainerPort, PortProtocol Protocol, int Count);
