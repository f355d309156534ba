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

    /// <summary>Keys that sign the cookies.</summary>
    public string Keys => Path.Combine(Engine.Root, "keys");
}

/// <summary>A setting nobody can work with, as one sentence.</summary>
public sealed class BadOptionException(string message) : Exception(message);
