using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Web.Components.Parts.Checks;
using Brig.Web.Components.Parts.Create;
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
    /// <summary>Names, separated by commas or blanks; empty: the default one, <c>none</c>: none.</summary>
    public string Networks { get; set; } = "";
    public string Ports { get; set; } = "";
    public string Hostname { get; set; } = "";
    public string Dns { get; set; } = "";
    public string Hosts { get; set; } = "";
    /// <summary>A pod's name; empty: none.</summary>
    public string Pod { get; set; } = "";
    public HealthModel Health { get; } = new();
    public IsolationModel Isolation { get; } = new();

    /// <summary>By kind, as a container has them when nothing is said.</summary>
    public static readonly FrozenDictionary<string, string> UsualNamespaces = new Dictionary<string, string> { ["pid"] = "new", ["net"] = "new", ["uts"] = "new", ["ipc"] = "new", ["cgroup"] = "new", ["user"] = "auto", ["time"] = "host" }.ToFrozenDictionary();

    /// <summary>By kind, in the order in which they are shown.</summary>
    public Dictionary<string, string> Namespaces { get; } = new(((string[])["user", "pid", "net", "ipc", "uts", "cgroup", "time"]).Select(kind => KeyValuePair.Create(kind, UsualNamespaces[kind])));

    private static readonly string[] s_fields = [nameof(Image), nameof(Name), nameof(Env), nameof(WorkingDir), nameof(Retries), nameof(Mounts), nameof(Hostname), nameof(Dns), nameof(Hosts), nameof(Namespaces), nameof(Networks), nameof(Ports)];

    public bool IsRight => s_fields.All(f => Wrong(f) is null) && Limits.IsRight && Isolation.IsRight && Health.IsRight;

    /// <summary>What is wrong with a field; null when it is right. The engine checks everything again.</summary>
    public string? Wrong(string field) => field switch
    {
        nameof(Image) => Image.Trim().Length == 0 ? T("create.wrongImage") : null,
        nameof(Name) => Name.Trim().Length == 0 || NameForm().IsMatch(Name.Trim()) ? null : T("create.wrongName"),
        nameof(Env) => Lines(Env).FirstOrDefault(l => l.IndexOf('=', StringComparison.Ordinal) < 1) is { } line ? T("create.wrongEnv", line) : null,
        nameof(WorkingDir) => WorkingDir.Trim().Length == 0 || WorkingDir.Trim()[0] == '/' ? null : T("create.wrongPath", WorkingDir),
        nameof(Retries) => Retries.Trim().Length == 0 || int.TryParse(Retries, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? null : T("create.wrongRetries"),
        nameof(Mounts) => MountLines.Wrong(Mounts) is { } line ? T("create.wrongMount", line) : null,
        nameof(Hostname) => Hostname.Trim().Length == 0 || HostForm().IsMatch(Hostname.Trim()) ? null : T("create.wrongHostname"),
        nameof(Dns) => Words(Dns).FirstOrDefault(w => !System.Net.IPAddress.TryParse(w, out _)) is { } word ? T("create.wrongAddress", word) : null,
        nameof(Hosts) => Lines(Hosts).FirstOrDefault(l => l.IndexOf(':', StringComparison.Ordinal) < 1) is { } line ? T("create.wrongHost", line) : null,
        nameof(Networks) => Words(Networks).FirstOrDefault(w => !NameForm().IsMatch(w)) is { } word ? T("create.wrongNetwork", word)
            : Namespaces["net"] != "new" && Words(Networks).Any(w => w != "none") ? T("create.networkOfAnother") : null,
        nameof(Ports) => PortWords.Wrong(Ports) is { } line ? T("create.wrongPort", line) : Ports.Trim().Length > 0 && (Namespaces["net"] != "new" || Networks.Trim() == "none") ? T("create.portsNeedNetwork") : null,
        nameof(Namespaces) => Namespaces.Values.Any(v => v == "container:") ? T("create.wrongShare") : null,
        _ => null,
    };

    public ContainerSpec ToSpec() => Isolation.Over(new()
    {
        Image = Image.Trim(),
        Name = NullIfEmpty(Name),
        Entrypoint = [.. CommandLine.Split(Entrypoint)],
        Command = [.. CommandLine.Split(Command)],
        Env = [.. Lines(Env)],
        WorkingDir = NullIfEmpty(WorkingDir),
        User = NullIfEmpty(User),
        Restart = new(Restart, Restart == RestartMode.OnFailure && int.TryParse(Retries, CultureInfo.InvariantCulture, out var n) ? n : 0),
        Health = Health.ToSpec(),
        Pod = NullIfEmpty(Pod),
        AutoRemove = AutoRemove,
        Init = Init,
        Tty = Tty,
        OpenStdin = OpenStdin,
        Limits = Limits.ToLimits(),
        Mounts = [.. MountLines.All(Mounts)],
        Networks = Words(Networks) switch { [] => null, ["none"] => [], var names => [.. names.Select(name => new NetworkAttachment(name))] },
        Ports = [.. PortWords.All(Ports)],
        ReadOnlyRoot = ReadOnlyRoot,
        Hostname = NullIfEmpty(Hostname),
        Dns = [.. Words(Dns)],
        ExtraHosts = [.. Lines(Hosts)],
        Namespaces = new Namespaces
        {
            Pid = Of("pid"), Net = Of("net"), Uts = Of("uts"), Ipc = Of("ipc"), Cgroup = Of("cgroup"), User = Of("user"), Time = Of("time"),
        },
    });

    private NamespaceSpec Of(string kind) => Namespaces[kind] switch
    {
        "new" => NamespaceSpec.New,
        "host" => NamespaceSpec.Host,
        "auto" => NamespaceSpec.Auto,
        var other => NamespaceSpec.OfContainer(other[(other.IndexOf(':', StringComparison.Ordinal) + 1)..]),
    };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] Words(string text) => text.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? NullIfEmpty(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$")]
    private static partial Regex NameForm();

    [GeneratedRegex("^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,62})$")]
    private static partial Regex HostForm();
}
