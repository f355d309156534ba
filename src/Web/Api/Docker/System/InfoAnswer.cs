using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>GET /info. What Docker tells of parts that Brig does not have is told as of a Docker that does not use them.</summary>
internal sealed record InfoAnswer
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }
    public int Containers { get; init; }
    public int ContainersRunning { get; init; }
    public int ContainersPaused { get; init; }
    public int ContainersStopped { get; init; }
    public int Images { get; init; }
    public string Driver { get; init; } = "overlay2";
    public string[][] DriverStatus { get; init; } = [];
    public InfoPlugins Plugins { get; init; } = new();
    public bool MemoryLimit { get; init; }
    public bool SwapLimit { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KernelMemory { get; init; }

    [JsonPropertyName("CpuCfsPeriod")]
    public bool CpuCfsPeriod { get; init; }

    [JsonPropertyName("CpuCfsQuota")]
    public bool CpuCfsQuota { get; init; }

    [JsonPropertyName("CPUShares")]
    public bool CpuShares { get; init; }

    [JsonPropertyName("CPUSet")]
    public bool CpuSet { get; init; }
    public bool PidsLimit { get; init; }

    [JsonPropertyName("IPv4Forwarding")]
    public bool Ipv4Forwarding { get; init; }
    public bool BridgeNfIptables { get; init; }
    public bool BridgeNfIp6tables { get; init; }
    public bool Debug { get; init; }
    public int NFd { get; init; }
    public bool OomKillDisable { get; init; }
    public int NGoroutines { get; init; }
    public required string SystemTime { get; init; }
    public string LoggingDriver { get; init; } = "json-file";
    public string CgroupDriver { get; init; } = "cgroupfs";
    public required string CgroupVersion { get; init; }
    public int NEventsListener { get; init; }
    public required string KernelVersion { get; init; }
    public required string OperatingSystem { get; init; }

    [JsonPropertyName("OSVersion")]
    public required string OsVersion { get; init; }

    [JsonPropertyName("OSType")]
    public string OsType { get; init; } = "linux";
    public required string Architecture { get; init; }
    public string IndexServerAddress { get; init; } = "https://index.docker.io/v1/";
    public InfoRegistries RegistryConfig { get; init; } = new();

    [JsonPropertyName("NCPU")]
    public int Cores { get; init; }
    public long MemTotal { get; init; }
    public object? GenericResources { get; init; }
    public required string DockerRootDir { get; init; }
    public string HttpProxy { get; init; } = "";
    public string HttpsProxy { get; init; } = "";
    public string NoProxy { get; init; } = "";
    public required string Name { get; init; }
    public string[] Labels { get; init; } = [];
    public bool ExperimentalBuild { get; init; }
    public required string ServerVersion { get; init; }
    public Dictionary<string, InfoRuntime> Runtimes { get; init; } = [];
    public string DefaultRuntime { get; init; } = "";
    public InfoSwarm Swarm { get; init; } = new();
    public bool LiveRestoreEnabled { get; init; } = true;
    public string Isolation { get; init; } = "";
    public string InitBinary { get; init; } = "";
    public InfoCommit ContainerdCommit { get; init; } = new("", "");
    public InfoCommit RuncCommit { get; init; } = new("", "");
    public InfoCommit InitCommit { get; init; } = new("", "");
    public string[] SecurityOptions { get; init; } = [];
    public InfoPool[] DefaultAddressPools { get; init; } = [];

    [JsonPropertyName("CDISpecDirs")]
    public string[] CdiSpecDirs { get; init; } = [];
    public string[]? Warnings { get; init; }
}

internal sealed record InfoPlugins
{
    public string[] Volume { get; init; } = ["local"];
    public string[] Network { get; init; } = ["bridge", "host", "null"];
    public string[]? Authorization { get; init; }
    public string[] Log { get; init; } = ["json-file", "local", "none"];
}

internal sealed record InfoRegistries
{
    [JsonPropertyName("AllowNondistributableArtifactsCIDRs")]
    public string[] AllowedNets { get; init; } = [];

    [JsonPropertyName("AllowNondistributableArtifactsHostnames")]
    public string[] AllowedHosts { get; init; } = [];

    [JsonPropertyName("InsecureRegistryCIDRs")]
    public string[] InsecureNets { get; init; } = ["127.0.0.0/8"];
    public Dictionary<string, InfoRegistry> IndexConfigs { get; init; } = new() { ["docker.io"] = new("docker.io", [], true, true) };
    public string[] Mirrors { get; init; } = [];
}

internal sealed record InfoRegistry(string Name, string[] Mirrors, bool Secure, bool Official);

internal sealed record InfoRuntime([property: JsonPropertyName("path")] string Path);

/// <summary>Of a daemon that is in none.</summary>
internal sealed record InfoSwarm
{
    [JsonPropertyName("NodeID")]
    public string NodeId { get; init; } = "";
    public string NodeAddr { get; init; } = "";
    public string LocalNodeState { get; init; } = "inactive";
    public bool ControlAvailable { get; init; }
    public string Error { get; init; } = "";
    public string[]? RemoteManagers { get; init; }
}

internal sealed record InfoCommit([property: JsonPropertyName("ID")] string Id, string Expected);

internal sealed record InfoPool(string Base, int Size);
