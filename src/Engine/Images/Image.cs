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

    /// <summary>As <c>80/tcp</c>.</summary>
    public ImmutableArray<string> ExposedPorts { get; init; } = [];

    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>Instructions for the build that begins from it.</summary>
    public ImmutableArray<string> OnBuild { get; init; } = [];

    /// <summary>What a build's RUN without brackets is given to; empty: <c>/bin/sh -c</c>.</summary>
    public ImmutableArray<string> Shell { get; init; } = [];

    public ImageHealthcheck? Healthcheck { get; init; }
}

/// <param name="Test">As Docker has it: NONE, or CMD or CMD-SHELL and what they run.</param>
public sealed record ImageHealthcheck(
    ImmutableArray<string> Test, TimeSpan? Interval = null, TimeSpan? Timeout = null, TimeSpan? StartPeriod = null, int? Retries = null, TimeSpan? StartInterval = null);

/// <param name="DiffId"><c>sha256:…</c> of its tar, not packed: what names the unpacked directory.</param>
/// <param name="Digest"><c>sha256:…</c> of its blob, perhaps packed.</param>
/// <param name="BlobBytes">As it travels.</param>
/// <param name="SizeBytes">Of its files.</param>
/// <param name="Directory">Where it lies unpacked.</param>
public sealed record ImageLayer(string DiffId, string Digest, string MediaType, long BlobBytes, long SizeBytes, string Directory);

/// <summary>A step of how it was made, oldest first (image-spec, config.md).</summary>
/// <param name="EmptyLayer">It made no layer.</param>
public sealed record ImageHistory(DateTimeOffset? CreatedAt, string? CreatedBy, string? Author, string? Comment, bool EmptyLayer);

/// <param name="Reference">Its first tag, for example <c>brig/busybox:latest</c>; without one the name by digest it was pulled by, else its digest.</param>
/// <param name="Digest"><c>sha256:…</c> of its manifest.</param>
/// <param name="Layers">Directories, lowest first, that overlayfs stacks.</param>
/// <param name="SizeBytes">Of the unpacked layers.</param>
/// <param name="CreatedAt">When it came to this machine.</param>
public sealed record Image(string Reference, string Digest, ImageConfig Config, ImmutableArray<string> Layers, long SizeBytes, DateTimeOffset CreatedAt)
{
    /// <summary>Every name it has with a tag.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>What Docker calls the image's id.</summary>
    public string ConfigDigest { get; init; } = "";

    public string MediaType { get; init; } = "";
    public string Architecture { get; init; } = "amd64";
    public string Os { get; init; } = "linux";
    public string? Author { get; init; }

    /// <summary>When whoever made it says it was made.</summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>The layers one by one, lowest first.</summary>
    public ImmutableArray<ImageLayer> Parts { get; init; } = [];

    public ImmutableArray<ImageHistory> History { get; init; } = [];

    /// <summary>Indexes it was pulled by, as <c>sha256:…</c>.</summary>
    public ImmutableArray<string> PulledBy { get; init; } = [];

    /// <summary>Names by digest, as <c>name@sha256:…</c>, under which somebody pulled it.</summary>
    public ImmutableArray<string> Digests { get; init; } = [];

    /// <summary>As <c>name@sha256:…</c>: where registries have it, as far as it was pulled from there or pushed there. They name it for nobody but a reader.</summary>
    public ImmutableArray<string> Published { get; init; } = [];

    /// <summary>It has no name.</summary>
    public bool IsDangling => Tags.IsEmpty && Digests.IsEmpty;

    /// <summary>It lives as long as a step of a build.</summary>
    public bool IsStep => IsDangling && Config.Labels.ContainsKey(Build.RunStep.Label);

    internal IEnumerable<string> Names => [.. Tags, .. Digests];
}

/// <param name="Now">Null: it was removed.</param>
public sealed record ImageChange(string Digest, Image? Now);
