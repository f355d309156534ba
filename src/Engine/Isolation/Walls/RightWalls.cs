using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Proc;

namespace Brig.Engine.Isolation;

/// <summary>What its processes may do: capabilities, no_new_privs, seccomp, the label of a security module.</summary>
internal static class RightWalls
{
    public static WallReport Capabilities(Evidence found)
    {
        ulong usual = Containers.Capabilities.Mask(false, [], []), machine = Machine();
        ulong bounding = found.Status?.Bounding ?? Containers.Capabilities.Mask(found.Spec.Privileged, found.Spec.CapAdd, found.Spec.CapDrop, found.Spec.NetRaw) & machine;
        var inside = found.StatusInside;
        ImmutableArray<WallFact> facts = found.Status is not { } status ? [Fact("bounding", null, bounding)]
            : [Fact("bounding", inside?.Bounding, status.Bounding), Fact("permitted", inside?.Permitted, status.Permitted), Fact("effective", inside?.Effective, status.Effective),
                Fact("inheritable", inside?.Inheritable, status.Inheritable), Fact("ambient", inside?.Ambient, status.Ambient)];
        return new("capabilities", (bounding & machine) == machine ? WallState.Down : WallState.Up, [], facts,
            FileWalls.Compare(new CapabilitySet(bounding & ~usual).Names, new CapabilitySet(usual & ~bounding & machine).Names),
            found.Steps(step => step.Call == "capset" || (step.Call == "prctl" && (step.Arguments.StartsWith("PR_CAP", StringComparison.Ordinal) || step.Arguments.StartsWith("PR_SET_KEEPCAPS", StringComparison.Ordinal)))));
    }

    public static WallReport NoNewPrivileges(Evidence found)
    {
        bool on = found.Status?.NoNewPrivileges ?? (found.Spec.NoNewPrivileges && !found.Spec.Privileged);
        return new("noNewPrivileges", on ? WallState.Up : WallState.Down, [],
            found.Status is null ? [] : [new("NoNewPrivs", found.StatusInside is { } inside ? Bit(inside.NoNewPrivileges) : null, Bit(on))],
            on ? WallDifference.None : WallDifference.None with { Strength = WallStrength.Weaker },
            found.Steps(step => step.Call == "prctl" && step.Arguments.StartsWith("PR_SET_NO_NEW_PRIVS", StringComparison.Ordinal)));
    }

    public static WallReport Seccomp(Evidence found, SeccompFilters filters)
    {
        bool asked = !found.Spec.Privileged && found.Spec.Seccomp.Mode != SeccompChoice.Unconfined;
        var state = found.Status is not { } status ? (asked ? WallState.Up : WallState.Down)
            : PrivilegeReader.Mode(status.Seccomp) switch { SeccompMode.Off => WallState.Down, SeccompMode.Unknown => WallState.Unavailable, _ => WallState.Up };
        var facts = new List<WallFact>();
        if (found.Status is { } now)
        {
            var inside = found.StatusInside;
            facts.Add(new("Seccomp", Number(inside?.Seccomp), Number(now.Seccomp)));
            facts.Add(new("Seccomp_filters", Number(inside?.SeccompFilters), Number(now.SeccompFilters)));
            facts.Add(new("instructions", null, Number(found.Plan?.Process.Seccomp.Length / 8)));
        }
        return new("seccomp", state, [], [.. facts], state == WallState.Unavailable ? WallDifference.None : Difference(found.Spec, asked, filters), found.Steps(step => step.Call == "seccomp"));
    }

    /// <summary>AppArmor's or SELinux's label; a kernel that has neither cannot have this wall.</summary>
    public static WallReport Label(Evidence found)
    {
        string? label = found.Running ? PrivilegeReader.Label(found.Pid) : found.Spec.AppArmor;
        bool known = label is not null || Directory.Exists("/sys/module/apparmor") || Directory.Exists("/sys/fs/selinux");
        return new("label", !known ? WallState.Unavailable : label is null || label.StartsWith("unconfined", StringComparison.Ordinal) ? WallState.Down : WallState.Up, [],
            found.Running && known ? [new("label", found.OwnInside("attr/current")?.TrimEnd('\0', '\n'), label)] : [],
            found.Spec.AppArmor is { } asked ? new(WallStrength.Different, [asked], []) : WallDifference.None,
            found.Steps(step => step.Arguments.Contains("attr/", StringComparison.Ordinal)));
    }

    /// <summary>Calls that the default refuses and this lets through whatever their arguments, and the other way round.</summary>
    private static WallDifference Difference(ContainerSpec spec, bool asked, SeccompFilters filters)
    {
        var standard = new CapabilitySet(Containers.Capabilities.Mask(false, [], []));
        if (!asked)
        {
            return new(WallStrength.Weaker, [.. filters.Resolve(SeccompSpec.Default, standard)!.All().Where(call => call.IsDenied).Select(call => call.Name)], []);
        }
        var usual = Allowed(filters, SeccompSpec.Default, standard);
        var own = Allowed(filters, spec.Seccomp, new(Containers.Capabilities.Mask(spec.Privileged, spec.CapAdd, spec.CapDrop, spec.NetRaw)));
        return FileWalls.Compare([.. own.Except(usual).Order(StringComparer.Ordinal)], [.. usual.Except(own).Order(StringComparer.Ordinal)]);
    }

    private static HashSet<string> Allowed(SeccompFilters filters, SeccompSpec spec, CapabilitySet bounding) =>
        [.. filters.Resolve(spec, bounding)!.All().Where(call => !call.IsDenied).Select(call => call.Name)];

    /// <summary>Those this kernel knows.</summary>
    private static ulong Machine() =>
        int.TryParse(ProcFile.ReadAt("/proc/sys/kernel/cap_last_cap"), NumberStyles.None, CultureInfo.InvariantCulture, out int last) && last < 63 ? (1ul << (last + 1)) - 1 : ulong.MaxValue;

    private static WallFact Fact(string key, ulong? inside, ulong outside) => new(key, inside?.ToString("x16", CultureInfo.InvariantCulture), outside.ToString("x16", CultureInfo.InvariantCulture));

    private static string Bit(bool on) => on ? "1" : "0";

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
