using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>POST /containers/{id}/exec.</summary>
internal sealed record DockerExecConfig
{
    public bool? AttachStdin { get; init; }
    public bool? AttachStdout { get; init; }
    public bool? AttachStderr { get; init; }
    public int[]? ConsoleSize { get; init; }
    public string? DetachKeys { get; init; }
    public bool? Tty { get; init; }
    public string[]? Env { get; init; }
    public string[]? Cmd { get; init; }
    public bool? Privileged { get; init; }
    public string? User { get; init; }
    public string? WorkingDir { get; init; }
}

/// <summary>POST /exec/{id}/start.</summary>
/// <param name="ConsoleSize">Rows and columns.</param>
internal sealed record DockerExecStart(bool? Detach, bool? Tty, int[]? ConsoleSize)
{
    public DockerExecStart()
        : this(null, null, null)
    {
    }
}

internal sealed record DockerId(string Id);

/// <summary>The names are Docker's, small letters and all.</summary>
internal sealed record DockerExecProcess(
    [property: JsonPropertyName("tty")] bool Tty, [property: JsonPropertyName("entrypoint")] string Entrypoint, [property: JsonPropertyName("arguments")] string[] Arguments,
    [property: JsonPropertyName("privileged")] bool Privileged, [property: JsonPropertyName("user"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? User);

/// <summary>GET /exec/{id}/json.</summary>
internal sealed record DockerExecAnswer(
    [property: JsonPropertyName("ID")] string Id, bool Running, int? ExitCode, DockerExecProcess ProcessConfig, bool OpenStdin, bool OpenStderr, bool OpenStdout, bool CanRemove,
    [property: JsonPropertyName("ContainerID")] string ContainerId, string DetachKeys, int Pid);

[JsonSerializable(typeof(DockerExecConfig))]
[JsonSerializable(typeof(DockerExecStart))]
[JsonSerializable(typeof(DockerId))]
[JsonSerializable(typeof(DockerExecAnswer))]
internal sealed partial class ExecJson : JsonSerializerContext;
