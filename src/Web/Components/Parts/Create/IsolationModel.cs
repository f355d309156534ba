using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Create;

/// <summary>The walls as they are typed into the form. Lists are lines of text; nothing typed is lost when it is wrong.</summary>
public sealed class IsolationModel
{
    /// <summary>The engine takes no longer profile.</summary>
    public const int LongestProfile = 256 * 1024;

    public bool Privileged { get; set; }
    public bool NoNewPrivileges { get; set; } = true;
    public bool OpenSystemPaths { get; set; }
    public SeccompChoice Seccomp { get; set; }
    public string SeccompProfile { get; set; } = "";
    public CapabilityChoice Capabilities { get; private set; } = new();
    public string MaskedPaths { get; set; } = "";
    public string ReadOnlyPaths { get; set; } = "";
    public string Devices { get; set; } = "";
    public string Sysctls { get; set; } = "";
    public string Rlimits { get; set; } = "";
    public string OomScore { get; set; } = "";
    public string AppArmor { get; set; } = "";

    private static readonly string[] s_fields =
        [nameof(Capabilities), nameof(SeccompProfile), nameof(MaskedPaths), nameof(ReadOnlyPaths), nameof(Devices), nameof(Sysctls), nameof(Rlimits), nameof(OomScore)];

    public bool IsRight => s_fields.All(name => Wrong(name) is null);

    /// <summary>Every wall as it is when nothing is said, but privileged and the capabilities.</summary>
    public bool IsPlain => this is { NoNewPrivileges: true, OpenSystemPaths: false, Seccomp: SeccompChoice.Default }
        && (MaskedPaths + ReadOnlyPaths + Devices + Sysctls + AppArmor).Trim().Length == 0;

    /// <summary>The walls of a container about which nothing is said; kernel settings and limits, which are none, stay.</summary>
    public void Reset()
    {
        (Privileged, NoNewPrivileges, OpenSystemPaths, Seccomp, Capabilities) = (false, true, false, SeccompChoice.Default, new());
        (MaskedPaths, ReadOnlyPaths, Devices, AppArmor) = ("", "", "", "");
    }

    /// <summary>What is wrong with a field; null when it is right.</summary>
    public string? Wrong(string field) => field switch
    {
        nameof(Capabilities) => Capabilities.Unknown is { } name ? T("create.wrongCapability", name) : null,
        nameof(SeccompProfile) => Seccomp == SeccompChoice.Custom && !SeccompProfile.AsSpan().TrimStart().StartsWith("{") ? T("create.wrongProfile") : null,
        nameof(MaskedPaths) => NoPath(MaskedPaths),
        nameof(ReadOnlyPaths) => NoPath(ReadOnlyPaths),
        nameof(Devices) => Lines(Devices).FirstOrDefault(line => Device(line) is null) is { } line ? T("create.wrongDevice", line) : null,
        nameof(Sysctls) => Lines(Sysctls).FirstOrDefault(line => line.IndexOf('=', StringComparison.Ordinal) < 1) is { } line ? T("create.wrongSysctl", line) : null,
        nameof(Rlimits) => Lines(Rlimits).FirstOrDefault(line => Rlimit(line) is null) is { } line ? T("create.wrongRlimit", line) : null,
        nameof(OomScore) => OomScore.Trim().Length == 0 || (int.TryParse(OomScore, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int score) && score is >= -1000 and <= 1000) ? null : T("create.wrongOomScore"),
        _ => null,
    };

    public ContainerSpec Over(ContainerSpec spec) => spec with
    {
        Privileged = Privileged,
        NoNewPrivileges = NoNewPrivileges,
        SystemPaths = OpenSystemPaths ? SystemPaths.Unconfined : SystemPaths.Masked,
        Seccomp = Seccomp == SeccompChoice.Custom ? new(Seccomp, SeccompProfile) : new(Seccomp),
        CapAdd = [.. Capabilities.Added],
        CapDrop = [.. Capabilities.Dropped],
        MaskedPaths = [.. Lines(MaskedPaths)],
        ReadOnlyPaths = [.. Lines(ReadOnlyPaths)],
        Devices = [.. Lines(Devices).Select(Device).OfType<DeviceSpec>()],
        Sysctls = Lines(Sysctls).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0].Trim()).ToImmutableDictionary(pair => pair.Key, pair => pair.Last()[1].Trim()),
        Rlimits = [.. Lines(Rlimits).Select(Rlimit).OfType<RlimitSpec>()],
        OomScoreAdj = int.TryParse(OomScore, CultureInfo.InvariantCulture, out int score) ? score : null,
        AppArmor = AppArmor.Trim() is { Length: > 0 } profile ? profile : null,
    };

    /// <summary><c>/dev/fuse[:/inside][:rwm]</c>; null when it is not.</summary>
    public static DeviceSpec? Device(string line) => line.Trim().Split(':') switch
    {
        [['/', ..] host] => new(host),
        [['/', ..] host, ['/', ..] inside] => new(host, inside),
        [['/', ..] host, var may] when IsPermission(may) => new(host, null, may),
        [['/', ..] host, ['/', ..] inside, var may] when IsPermission(may) => new(host, inside, may),
        _ => null,
    };

    /// <summary><c>nofile=1024[:4096]</c>, each a number or <c>unlimited</c>; null when it is not.</summary>
    public static RlimitSpec? Rlimit(string line)
    {
        if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } value])
            return null;
        var parts = value.Split(':');
        return parts.Length <= 2 && Amount(parts[0]) is { } soft && Amount(parts[^1]) is { } hard ? new(name.ToLowerInvariant(), soft, hard) : null;
    }

    private static ulong? Amount(string text) =>
        text.Trim() is "unlimited" or "-1" ? ulong.MaxValue : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong amount) ? amount : null;

    private static bool IsPermission(string text) => text.Length is > 0 and <= 3 && text.All(c => c is 'r' or 'w' or 'm') && text.Distinct().Count() == text.Length;

    private static string? NoPath(string text) => Lines(text).FirstOrDefault(line => line[0] != '/') is { } line ? T("create.wrongPath", line) : null;

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
