using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>A container as it is typed into the form. Lists are lines of text; nothing typed is lost when it is wrong.</summary>
public sealed partial class CreateModel
{
    public string Image { get; set; } = "";
    public string Name { get; set; } = "";
    public string Command { get; set; } = "";
    public string Entrypoint { get; set; } = "";
    public string Env { get; set; } = "";
    public string WorkingDir { get; set; } = "";
    public string User { get; set; } = "";
    public RestartMode Restart { get; set; }
    public string Retries { get; set; } = "";
    public bool AutoRemove { get; set; }
    public bool Init { get; set; }
    public bool Tty { get; set; }
    public bool OpenStdin { get; set; }
    public LimitsModel Limits { get; } = new();
    public string Mounts { get; set; } = "";
    public bool ReadOnlyRoot { get; set; }
    public string Hostname { get; set; } = "";
    public string Dns { get; set; } = "";
    public string Hosts { get; set; } = "";
    public string CapAdd { get; set; } = "";
    public string CapDrop { get; set; } = "";
    public bool Privileged { get; set; }

    /// <summary>By kind; what is not in it is as a container has it when nothing is said.</summary>
    public Dictionary<string, string> Namespaces { get; } = new() { ["pid"] = "new", ["net"] = "new", ["uts"] = "new", ["ipc"] = "new", ["cgroup"] = "new", ["user"] = "host", ["time"] = "host" };

    private static readonly string[] s_fields = [nameof(Image), nameof(Name), nameof(Env), nameof(WorkingDir), nameof(Retries), nameof(Mounts), nameof(Hostname), nameof(Dns), nameof(Hosts), nameof(Namespaces)];

    public bool IsRight => s_fields.All(f => Wrong(f) is null) && Limits.IsRight;

    /// <summary>What is wrong with a field; null when it is right. The engine checks everything again.</summary>
    public string? Wrong(string field) => field switch
    {
        nameof(Image) => Image.Trim().Length == 0 ? T("create.wrongImage") : null,
        nameof(Name) => Name.Trim().Length == 0 || NameForm().IsMatch(Name.Trim()) ? null : T("create.wrongName"),
        nameof(Env) => Lines(Env).FirstOrDefault(l => l.IndexOf('=', StringComparison.Ordinal) < 1) is { } line ? T("create.wrongEnv", line) : null,
        nameof(WorkingDir) => WorkingDir.Trim().Length == 0 || WorkingDir.Trim()[0] == '/' ? null : T("create.wrongPath", WorkingDir),
        nameof(Retries) => Retries.Trim().Length == 0 || int.TryParse(Retries, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? null : T("create.wrongRetries"),
        nameof(Mounts) => Lines(Mounts).FirstOrDefault(l => Mount(l) is null) is { } line ? T("create.wrongMount", line) : null,
        nameof(Hostname) => Hostname.Trim().Length == 0 || HostForm().IsMatch(Hostname.Trim()) ? null : T("create.wrongHostname"),
        nameof(Dns) => Words(Dns).FirstOrDefault(w => !System.Net.IPAddress.TryParse(w, out _)) is { } word ? T("create.wrongAddress", word) : null,
        nameof(Hosts) => Lines(Hosts).FirstOrDefault(l => l.IndexOf(':', StringComparison.Ordinal) < 1) is { } line ? T("create.wrongHost", line) : null,
        nameof(Namespaces) => Namespaces.Values.Any(v => v == "container:") ? T("create.wrongShare") : null,
        _ => null,
    };

    public ContainerSpec ToSpec() => new()
    {
        Image = Image.Trim(),
        Name = NullIfEmpty(Name),
        Entrypoint = [.. CommandLine.Split(Entrypoint)],
        Command = [.. CommandLine.Split(Command)],
        Env = [.. Lines(Env)],
        WorkingDir = NullIfEmpty(WorkingDir),
        User = NullIfEmpty(User),
        Restart = new(Restart, Restart == RestartMode.OnFailure && int.TryParse(Retries, CultureInfo.InvariantCulture, out var n) ? n : 0),
        AutoRemove = AutoRemove,
        Init = Init,
        Tty = Tty,
        OpenStdin = OpenStdin,
        Limits = Limits.ToLimits(),
        Mounts = [.. Lines(Mounts).Select(Mount).OfType<MountSpec>()],
        ReadOnlyRoot = ReadOnlyRoot,
        Hostname = NullIfEmpty(Hostname),
        Dns = [.. Words(Dns)],
        ExtraHosts = [.. Lines(Hosts)],
        CapAdd = [.. Words(CapAdd)],
        CapDrop = [.. Words(CapDrop)],
        Privileged = Privileged,
        Namespaces = new Namespaces
        {
            Pid = Of("pid"), Net = Of("net"), Uts = Of("uts"), Ipc = Of("ipc"), Cgroup = Of("cgroup"), User = Of("user"), Time = Of("time"),
        },
    };

    /// <summary><c>/host/path:/inside[:ro]</c>, or <c>tmpfs:/inside[:64m]</c>; null when it is neither.</summary>
    public static MountSpec? Mount(string line) => line.Trim().Split(':') switch
    {
        ["tmpfs", ['/', ..] target] => new(MountKind.Tmpfs, null, target),
        ["tmpfs", ['/', ..] target, var size] when Quantity.ToBytes(size, 1 << 20) is { } bytes => new(MountKind.Tmpfs, null, target, false, bytes),
        [['/', ..] source, ['/', ..] target] => new(MountKind.Bind, source, target),
        [['/', ..] source, ['/', ..] target, "ro"] => new(MountKind.Bind, source, target, ReadOnly: true),
        [['/', ..] source, ['/', ..] target, "rw"] => new(MountKind.Bind, source, target),
        _ => null,
    };

    private NamespaceSpec Of(string kind) => Namespaces[kind] switch
    {
        "new" => NamespaceSpec.New,
        "host" => NamespaceSpec.Host,
        var other => NamespaceSpec.OfContainer(other[(other.IndexOf(':', StringComparison.Ordinal) + 1)..]),
    };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] Words(string text) => text.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? NullIfEmpty(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$")]
    private static partial Regex NameForm();

    [GeneratedRegex("^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,62})$")]
    private static partial Regex HostForm();
}
