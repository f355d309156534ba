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
}

public sealed class ImageRow
{
    public required string Reference { get; set; }
    public required string Digest { get; set; }
    /// <summary>An ImageConfig as JSON.</summary>
    public required string Config { get; set; }
    /// <summary>Diff digests in hex, lowest first, separated by commas.</summary>
    public required string Layers { get; set; }
    public long SizeBytes { get; set; }
    public long CreatedAt { get; set; }
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
