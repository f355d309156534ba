using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>What a wall is, in the few words that fit beside its name.</summary>
internal sealed class CellValues(IsolationReport report, Container container, IReadOnlyDictionary<string, WallReport> walls)
{
    private readonly ProcessPrivileges? _first = report.Processes.FirstOrDefault(process => process.InnerPid == 1) ?? report.Processes.FirstOrDefault();

    /// <summary>Who is inside.</summary>
    public ImmutableArray<string> Process => _first is null
        ? [T("wall.notRunning"), container.CommandLine]
        : [T("wall.pid", _first.InnerPid, _first.Pid), container.CommandLine, _first.InnerUser == _first.User ? T("wall.sameUser", User(_first.User)) : T("wall.mappedUser", User(_first.InnerUser), Number(_first.User))];

    public string Of(string key, WallLook look, ImmutableArray<string> with) => look switch
    {
        WallLook.Missing => T("wall.missing"),
        WallLook.Shared => T("wall.with", string.Join(", ", with)),
        WallLook.Down or WallLook.Open when key is not ("limits" or "capabilities") => T("wall.none." + key),
        _ => Built(key),
    };

    private string Built(string key) => key switch
    {
        "user" when report.Ids.Users is [var range, ..] => $"{range.Inside} → {Number(range.Outside)}",
        "root" => (report.Mounts.LastOrDefault(mount => mount.Point == "/")?.ReadOnly ?? container.Spec.ReadOnlyRoot) ? T("wall.rootReadOnly") : T("wall.rootOwn"),
        "paths" => Count("wall.closed", walls["paths"].Facts.Count(fact => fact.Inside != "open")),
        "devices" => report.Devices.IsEmpty ? T("wall.devicesAsked") : Count("wall.devices", report.Devices.Length),
        "limits" => Limits(container.Spec.Limits),
        "label" => walls["label"].Facts.FirstOrDefault(fact => fact.Key == "label")?.Inside ?? T("wall.on"),
        "capabilities" => T("wall.ofAll", Bounding.Names.Length, CapabilitySet.All.Length),
        "noNewPrivileges" => T("wall.on"),
        "seccomp" => _first?.SeccompFilters is { } filters ? Count("wall.filters", filters) : T("wall.filter"),
        _ => T("wall.own"),
    };

    /// <summary>What any program in it can ever have.</summary>
    private CapabilitySet Bounding => _first?.Bounding
        ?? new(ulong.TryParse(walls["capabilities"].Facts.FirstOrDefault(fact => fact.Key == "bounding")?.Outside, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask) ? mask : 0);

    private static string Limits(Limits limits)
    {
        string[] set =
        [
            .. limits.Memory is { } memory ? [Format.Bytes(memory)] : (string[])[],
            .. limits.Cpus is { } cpus ? [Count("wall.cores", cpus == 1 ? 1 : 2).Replace("2", Format.Cores(cpus), StringComparison.Ordinal)] : (string[])[],
            .. limits.Pids is { } pids ? [Count("wall.processes", pids)] : (string[])[],
        ];
        return set.Length == 0 ? T("wall.noLimits") : string.Join(", ", set);
    }

    private static string User(uint? id) => id switch { 0 => "root", null => T("wall.nobody"), _ => Number(id.Value) };

    private static string Number(uint value) => value.ToString(CultureInfo.InvariantCulture);
}
