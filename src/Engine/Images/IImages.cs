using System.Collections.Immutable;

namespace Brig.Engine.Images;

/// <summary>What a container inherits from its image (OCI image-spec, config.md).</summary>
public sealed record ImageConfig
{
    public ImmutableArray<string> Entrypoint { get; init; } = [];
    public ImmutableArray<string> Command { get; init; } = [];
    public ImmutableArray<string> Env { get; init; } = [];
    public string? WorkingDir { get; init; }
    public string? User { get; init; }
    public string? StopSignal { get; init; }
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <param name="Reference">For example <c>brig/busybox:latest</c>.</param>
/// <param name="Digest"><c>sha256:…</c> of its manifest.</param>
/// <param name="Layers">Directories, lowest first, that overlayfs stacks.</param>
/// <param name="SizeBytes">Of the unpacked layers.</param>
public sealed record Image(string Reference, string Digest, ImageConfig Config, ImmutableArray<string> Layers, long SizeBytes, DateTimeOffset CreatedAt);

public interface IImages
{
    ImmutableArray<Image> List();

    /// <summary>By reference, by digest, or an unambiguous start of its hex. NotFound with the nearest names in the sentence.</summary>
    Image Get(string reference);

    /// <summary>A root file system's tar (plain or gzip) as a one-layer image. Nothing is visible until it is whole.</summary>
    Task<Image> ImportAsync(string reference, Stream tar, ImageConfig config, CancellationToken stop = default);

    /// <summary>Conflict while a container is made from it.</summary>
    Task RemoveAsync(string reference, CancellationToken stop = default);
}
