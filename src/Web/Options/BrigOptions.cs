using System.Collections.Immutable;
using Brig.Engine;

namespace Brig.Web.Options;

/// <summary>Everything that is configured, checked. Made by <see cref="BrigOptionsReader"/> alone.</summary>
public sealed record BrigOptions
{
    public EngineOptions Engine { get; init; } = new();

    /// <summary><c>BRIG_URLS</c>, separated by <c>;</c>. Port 0: the kernel picks one.</summary>
    public ImmutableArray<Uri> Urls { get; init; } = [new("http://127.0.0.1:8620")];

    /// <summary><c>BRIG_TOKEN</c>: the bearer token of automation, at least 16 characters; null: there is none.</summary>
    public string? Token { get; init; }

    /// <summary><c>BRIG_HOSTS</c>, separated by commas: names beside its own addresses by which Brig is reached.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Where <c>brig login-link</c> asks the running Brig for a link.</summary>
    public string LoginSocket => Path.Combine(Engine.Run, "login.sock");

    /// <summary><c>BRIG_SOCKET</c>: where clients of Docker find Brig; null (<c>none</c>): nowhere.</summary>
    public string? DockerSocket { get; init; }

    /// <summary><c>BRIG_SOCKET_GROUP</c>: whose members may use that socket, beside root; null: root alone.</summary>
    public SocketGroup? SocketGroup { get; init; }

    /// <summary><c>BRIG_DOCKER_TCP</c> and what goes with it; null: nobody reaches Docker's API but by the socket.</summary>
    public DockerTcp? DockerTcp { get; init; }

    /// <summary>Keys that sign the cookies.</summary>
    public string Keys => Path.Combine(Engine.Root, "keys");
}

/// <summary>A setting nobody can work with, as one sentence.</summary>
public sealed class BadOptionException(string message) : Exception(message);
