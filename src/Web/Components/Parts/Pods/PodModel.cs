using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Brig.Engine.Networks;
using Brig.Engine.Pods;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Pods;

/// <summary>A pod as it is typed into the form.</summary>
public sealed partial class PodModel
{
    public string Name { get; set; } = "";
    public bool SharePid { get; set; }

    /// <summary>Only the loopback.</summary>
    public bool NoNetwork { get; set; }

    /// <summary>Lines <c>8080:80</c>, <c>53:53/udp</c>, <c>80</c>.</summary>
    public string Ports { get; set; } = "";
    public LimitsModel Limits { get; } = new();

    public bool IsRight => Wrong(nameof(Name)) is null && Wrong(nameof(Ports)) is null && Limits.IsRight;

    public string? Wrong(string field) => field switch
    {
        nameof(Name) => Name.Trim().Length == 0 || NameForm().IsMatch(Name.Trim()) ? null : T("create.wrongName"),
        nameof(Ports) => Lines().FirstOrDefault(line => Port(line) is null) is { } line ? T("pods.wrongPort", line) : NoNetwork && Lines().Length > 0 ? T("pods.portsNeedNetwork") : null,
        _ => null,
    };

    public PodSpec ToSpec() => new()
    {
        Name = Name.Trim() is { Length: > 0 } name ? name : null,
        SharePid = SharePid,
        Networks = NoNetwork ? [] : null,
        Ports = [.. Lines().Select(Port).OfType<PortSpec>()],
        Limits = Limits.ToLimits(),
    };

    /// <summary>The same as the call of Brig's API.</summary>
    public string Curl(string origin)
    {
        var spec = ToSpec();
        var json = new JsonObject();
        if (spec.Name is { } name) json["name"] = name;
        if (spec.SharePid) json["sharePid"] = true;
        if (NoNetwork) json["networks"] = new JsonArray();
        if (!spec.Ports.IsEmpty)
            json["ports"] = new JsonArray([.. spec.Ports.Select(port => (JsonNode)(port.Protocol == PortProtocol.Udp
                ? new JsonObject { ["containerPort"] = port.ContainerPort, ["hostPort"] = port.HostPort, ["protocol"] = "udp" }
                : new JsonObject { ["containerPort"] = port.ContainerPort, ["hostPort"] = port.HostPort }))]);
        var limits = new JsonObject();
        if (spec.Limits.Cpus is { } cpus) limits["cpus"] = cpus;
        if (spec.Limits.Memory is { } memory) limits["memory"] = memory;
        if (spec.Limits.Swap is { } swap) limits["swap"] = swap;
        if (spec.Limits.Pids is { } pids) limits["pids"] = pids;
        if (limits.Count > 0) json["limits"] = limits;
        return $"curl -H \"Authorization: Bearer $BRIG_TOKEN\" -H 'Content-Type: application/json' \\\n  -d '{json.ToJsonString()}' \\\n  {origin}/api/v1/pods";
    }

    /// <summary>The same in podman's words; docker has no pods.</summary>
    public string Podman()
    {
        var spec = ToSpec();
        var words = new List<string> { "podman", "pod", "create" };
        if (spec.Name is { } name) words.AddRange(["--name", name]);
        if (spec.SharePid) words.AddRange(["--share", "net,ipc,uts,pid"]);
        if (NoNetwork) words.AddRange(["--network", "none"]);
        foreach (var port in spec.Ports)
            words.AddRange(["-p", (port.HostPort == 0 ? "" : port.HostPort.ToString(CultureInfo.InvariantCulture) + ":") + port.ContainerPort.ToString(CultureInfo.InvariantCulture) + (port.Protocol == PortProtocol.Udp ? "/udp" : "")]);
        if (spec.Limits.Cpus is { } cpus) words.AddRange(["--cpus", cpus.ToString(CultureInfo.InvariantCulture)]);
        if (spec.Limits.Memory is { } memory) words.AddRange(["--memory", memory.ToString(CultureInfo.InvariantCulture)]);
        return CommandLine.Join(words);
    }

    public static PortSpec? Port(string line)
    {
        var match = PortForm().Match(line);
        return match.Success && Number(match.Groups["in"].Value) is { } inside and > 0 && Number(match.Groups["out"].Value) is { } outside
            ? new(inside) { HostPort = outside, Protocol = match.Groups["udp"].Success ? PortProtocol.Udp : PortProtocol.Tcp } : null;
    }

    /// <summary>Empty: 0.</summary>
    private static int? Number(string digits) => digits.Length == 0 ? 0 : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= 65535 ? port : null;

    private string[] Lines() => Ports.Split(['\n', ' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex("^((?<out>[0-9]{1,5}):)?(?<in>[0-9]{1,5})(/tcp|(?<udp>/udp))?$")]
    private static partial Regex PortForm();

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$")]
    private static partial Regex NameForm();
}
