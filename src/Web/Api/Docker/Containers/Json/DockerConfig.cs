using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>Docker's ContainerConfig, asked and answered. Null: not given.</summary>
internal record DockerConfig
{
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }
    public string? User { get; init; }
    public bool? AttachStdin { get; init; }
    public bool? AttachStdout { get; init; }
    public bool? AttachStderr { get; init; }

    /// <summary>As <c>80/tcp</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, EmptyObject?>? ExposedPorts { get; init; }
    public bool? Tty { get; init; }
    public bool? OpenStdin { get; init; }
    public bool? StdinOnce { get; init; }

    /// <summary><c>NAME=value</c>; <c>NAME</c> alone takes the image's away.</summary>
    public string[]? Env { get; init; }

    [JsonConverter(typeof(WordsConverter))]
    public string[]? Cmd { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DockerHealthConfig? Healthcheck { get; init; }
    public string? Image { get; init; }
    public Dictionary<string, EmptyObject?>? Volumes { get; init; }
    public string? WorkingDir { get; init; }

    /// <summary>Null: the image's; empty: none, with the image's command; one empty word: none of both.</summary>
    [JsonConverter(typeof(WordsConverter))]
    public string[]? Entrypoint { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? NetworkDisabled { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MacAddress { get; init; }
    public string[]? OnBuild { get; init; }
    public Dictionary<string, string?>? Labels { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StopSignal { get; init; }

    /// <summary>Seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? StopTimeout { get; init; }

    [JsonConverter(typeof(WordsConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Shell { get; init; }
}

/// <summary>The body of POST /containers/create.</summary>
internal sealed record DockerCreate : DockerConfig
{
    public DockerHostConfig? HostConfig { get; init; }
    public DockerNetworkingConfig? NetworkingConfig { get; init; }
}

/// <summary>Times in nanoseconds; 0 or null: the image's.</summary>
internal sealed record DockerHealthConfig
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Test { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Interval { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Timeout { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? StartPeriod { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? StartInterval { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Retries { get; init; }
}

internal sealed record DockerNetworkingConfig
{
    public Dictionary<string, EndpointSettings?>? EndpointsConfig { get; init; }
}

/// <summary>Go's <c>struct{}</c>.</summary>
internal sealed record EmptyObject
{
    public static readonly EmptyObject Instance = new();
}
