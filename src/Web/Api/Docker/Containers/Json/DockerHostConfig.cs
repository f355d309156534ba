using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>Limits of a container as Docker writes them: part of the HostConfig, and the body of update. Null: not given.</summary>
internal record DockerResources
{
    /// <summary>1024 is normal.</summary>
    public long? CpuShares { get; init; }

    /// <summary>Bytes.</summary>
    public long? Memory { get; init; }
    public string? CgroupParent { get; init; }
    public int? BlkioWeight { get; init; }
    public DockerWeightDevice[]? BlkioWeightDevice { get; init; }
    public DockerThrottleDevice[]? BlkioDeviceReadBps { get; init; }
    public DockerThrottleDevice[]? BlkioDeviceWriteBps { get; init; }
    public DockerThrottleDevice[]? BlkioDeviceReadIOps { get; init; }
    public DockerThrottleDevice[]? BlkioDeviceWriteIOps { get; init; }

    /// <summary>Microseconds.</summary>
    public long? CpuPeriod { get; init; }
    public long? CpuQuota { get; init; }
    public long? CpuRealtimePeriod { get; init; }
    public long? CpuRealtimeRuntime { get; init; }
    public string? CpusetCpus { get; init; }
    public string? CpusetMems { get; init; }
    public DockerDevice[]? Devices { get; init; }
    public string[]? DeviceCgroupRules { get; init; }
    public DockerDeviceRequest[]? DeviceRequests { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? KernelMemory { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? KernelMemoryTCP { get; init; }
    public long? MemoryReservation { get; init; }

    /// <summary>Bytes of memory and swap together; -1: no limit of swap.</summary>
    public long? MemorySwap { get; init; }
    public long? MemorySwappiness { get; init; }
    public long? NanoCpus { get; init; }
    public bool? OomKillDisable { get; init; }
    public long? PidsLimit { get; init; }
    public DockerUlimit[]? Ulimits { get; init; }
    public long? CpuCount { get; init; }
    public long? CpuPercent { get; init; }
    public long? IOMaximumIOps { get; init; }
    public long? IOMaximumBandwidth { get; init; }
}

/// <summary>The body of POST /containers/{id}/update.</summary>
internal sealed record DockerUpdate : DockerResources
{
    public DockerRestartPolicy? RestartPolicy { get; init; }
}

/// <summary>Docker's HostConfig, asked and answered. Null: not given.</summary>
internal sealed record DockerHostConfig : DockerResources
{
    /// <summary>As <c>source:target[:options]</c>.</summary>
    public string[]? Binds { get; init; }
    public string? ContainerIDFile { get; init; }
    public DockerLogConfig? LogConfig { get; init; }

    /// <summary>default, bridge, host, none, container:ID, or a network.</summary>
    public string? NetworkMode { get; init; }

    /// <summary>By <c>80/tcp</c>.</summary>
    public Dictionary<string, DockerPortBinding[]?>? PortBindings { get; init; }
    public DockerRestartPolicy? RestartPolicy { get; init; }
    public bool? AutoRemove { get; init; }
    public string? VolumeDriver { get; init; }
    public string[]? VolumesFrom { get; init; }
    public int[]? ConsoleSize { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string?>? Annotations { get; init; }

    [JsonConverter(typeof(WordsConverter))]
    public string[]? CapAdd { get; init; }
    [JsonConverter(typeof(WordsConverter))]
    public string[]? CapDrop { get; init; }
    public string? CgroupnsMode { get; init; }
    public string[]? Dns { get; init; }
    public string[]? DnsOptions { get; init; }
    public string[]? DnsSearch { get; init; }
    public string[]? ExtraHosts { get; init; }
    public string[]? GroupAdd { get; init; }
    public string? IpcMode { get; init; }
    public string? Cgroup { get; init; }

    /// <summary>As <c>name:alias</c>.</summary>
    public string[]? Links { get; init; }
    public int? OomScoreAdj { get; init; }
    public string? PidMode { get; init; }
    public bool? Privileged { get; init; }
    public bool? PublishAllPorts { get; init; }
    public bool? ReadonlyRootfs { get; init; }
    public string[]? SecurityOpt { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string?>? StorageOpt { get; init; }

    /// <summary>Options by target, as <c>size=64m</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string?>? Tmpfs { get; init; }
    public string? UTSMode { get; init; }
    public string? UsernsMode { get; init; }
    public long? ShmSize { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string?>? Sysctls { get; init; }
    public string? Runtime { get; init; }
    public string? Isolation { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DockerMount[]? Mounts { get; init; }

    /// <summary>Null: what a daemon usually hides; empty: nothing.</summary>
    public string[]? MaskedPaths { get; init; }
    public string[]? ReadonlyPaths { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Init { get; init; }
}

internal sealed record DockerLogConfig(string? Type, Dictionary<string, string?>? Config);

internal sealed record DockerPortBinding(string? HostIp, string? HostPort);

internal sealed record DockerRestartPolicy(string? Name, int? MaximumRetryCount);

internal sealed record DockerWeightDevice(string? Path, int? Weight);

internal sealed record DockerThrottleDevice(string? Path, long? Rate);

internal sealed record DockerDevice(string? PathOnHost, string? PathInContainer, string? CgroupPermissions);

internal sealed record DockerDeviceRequest(string? Driver, int? Count, string[]? DeviceIDs, string[][]? Capabilities, Dictionary<string, string?>? Options);

/// <summary>-1: no limit.</summary>
internal sealed record DockerUlimit(string? Name, long? Soft, long? Hard);
