namespace Brig.Engine.State;

/// <summary>A container as it is kept. Times are microseconds since 1970, UTC.</summary>
public sealed class ContainerRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    /// <summary>A ContainerSpec as JSON.</summary>
    public required string Spec { get; set; }
    public required string ImageDigest { get; set; }
    public required string CommandLine { get; set; }
    /// <summary>Somebody wants it to run: started and not stopped by hand.</summary>
    public bool Wanted { get; set; }
    public long CreatedAt { get; set; }
    /// <summary>A ContainerState as JSON, as it last was; the shim and the exit file overrule it.</summary>
    public required string State { get; set; }
    /// <summary>Where its range of 65,536 ids begins on the host; null: it has the host's ids.</summary>
    public long? FirstId { get; set; }
    /// <summary>Its addresses and picked ports as JSON; null: on no network.</summary>
    public string? Places { get; set; }
}

public sealed class NetworkRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    /// <summary>A NetworkSpec as JSON.</summary>
    public required string Spec { get; set; }
    /// <summary>A NetworkPlan as JSON.</summary>
    public required string Plan { get; set; }
    public long CreatedAt { get; set; }
}

public sealed class ImageRow
{
    public required string Digest { get; set; }
    /// <summary>An ImageConfig as JSON.</summary>
    public required string Config { get; set; }
    /// <summary>Diff digests in hex, lowest first, separated by commas.</summary>
    public required string Layers { get; set; }
    public long SizeBytes { get; set; }
    public long CreatedAt { get; set; }
    /// <summary>ImageDetails as JSON; empty: of an older Brig, to be read from the blobs.</summary>
    public required string Details { get; set; }
}

public sealed class TagRow
{
    public required string Reference { get; set; }
    public required string Digest { get; set; }
}

public sealed class VolumeRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    public bool Anonymous { get; set; }
    public long CreatedAt { get; set; }
    /// <summary>An object of strings as JSON.</summary>
    public required string Labels { get; set; }
    /// <summary>An object of strings as JSON.</summary>
    public required string Options { get; set; }
}

public sealed class SnapshotRow
{
    public required string Id { get; set; }
    public required string VolumeId { get; set; }
    public required string Name { get; set; }
    public long CreatedAt { get; set; }
    public long Bytes { get; set; }
    public long Files { get; set; }
    /// <summary>Names of containers as JSON.</summary>
    public required string Running { get; set; }
}

public sealed class TaskRow
{
    public required string Id { get; set; }
    public long StartedAt { get; set; }
    /// <summary>An EngineTask as JSON.</summary>
    public required string Task { get; set; }
}

/// <summary>The layer that an instruction of a Dockerfile made.</summary>
public sealed class BuildStepRow
{
    public required string Key { get; set; }
    public required string DiffId { get; set; }
    public required string Blob { get; set; }
    public required string MediaType { get; set; }
    public long BlobBytes { get; set; }
    public long LayerBytes { get; set; }
    public long MadeAt { get; set; }
    public long UsedAt { get; set; }
}

public sealed class StackRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    /// <summary>A StackRecord as JSON.</summary>
    public required string Record { get; set; }
}

public sealed class StackRevisionRow
{
    public required string StackId { get; set; }
    public int Number { get; set; }
    /// <summary>A RevisionRecord as JSON.</summary>
    public required string Record { get; set; }
}

/// <summary>What is being done to a stack: found by an engine whose predecessor was killed meanwhile.</summary>
public sealed class StackIntentRow
{
    public required string StackId { get; set; }
    /// <summary>A StackIntent as JSON.</summary>
    public required string Intent { get; set; }
}

/// <summary>The content of a config or secret that containers have.</summary>
public sealed class StackContentRow
{
    public required string Fingerprint { get; set; }
    /// <summary>Encrypted, as the registries' passwords are.</summary>
    public required string Sealed { get; set; }
}

/// <summary>Whose log is kept: a container that was removed.</summary>
public sealed class KeptLogRow
{
    public required string Id { get; set; }
    /// <summary>A LogSource as JSON.</summary>
    public required string Record { get; set; }
}

/// <summary>Why a container ended badly.</summary>
public sealed class PostMortemRow
{
    public required string Id { get; set; }
    public required string ContainerId { get; set; }
    public long At { get; set; }
    /// <summary>A PostMortemSummary as JSON.</summary>
    public required string Summary { get; set; }
    /// <summary>A PostMortem as JSON, in Brotli.</summary>
    public required byte[] Whole { get; set; }
}

/// <summary>A firing of an alert's rule.</summary>
public sealed class AlertIncidentRow
{
    public required string Id { get; set; }
    public long FiredAt { get; set; }
    /// <summary>An AlertIncident as JSON.</summary>
    public required string Incident { get; set; }
}

public sealed class EventRow
{
    public long Sequence { get; set; }
    public long At { get; set; }
    public required string Kind { get; set; }
    public required string Action { get; set; }
    public required string Subject { get; set; }
    public required string Name { get; set; }
    /// <summary>An object of strings as JSON.</summary>
    public required string Attributes { get; set; }
}

/// <summary>Anything small that must survive: the web's keys, the version of the embedded image.</summary>
public sealed class SettingRow
{
    public required string Key { get; set; }
    public required string Value { get; set; }
}
