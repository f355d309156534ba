using System.Collections.Immutable;
using System.Globalization;
using Brig.Linux.Proc;
using Brig.Linux.Wire;

namespace Brig.Engine.Isolation;

/// <summary>The capability matrix: every process with its sets. One that ends between the list and the read is left out.</summary>
internal static class PrivilegeReader
{
    /// <param name="first">PID 1 as the host sees it.</param>
    public static ImmutableArray<ProcessPrivileges> Read(int first, IEnumerable<int> pids)
    {
        var (users, groups) = (Map(first, "uid_map"), Map(first, "gid_map"));
        var home = Namespaces(first);
        return [.. pids.Select(pid => TryRead(pid, users, groups, home)).OfType<ProcessPrivileges>()];
    }

    private static ProcessPrivileges? TryRead(int pid, ImmutableArray<IdMap> users, ImmutableArray<IdMap> groups, ImmutableArray<ulong> home)
    {
        if (ProcFile.Read(pid, "status") is not { } text || ProcessStatus.Parse(text) is not { } status)
        {
            return null;
        }
        var own = Namespaces(pid);
        uint user = status.Uids[1], group = status.Gids[1];
        return new(
            pid, status.InnerPids is [.., var inner] ? inner : pid, status.Name, status.State, user, users.Inside(user), group, groups.Inside(group),
            new(status.Inheritable), new(status.Permitted), new(status.Effective), new(status.Bounding), new(status.Ambient),
            status.NoNewPrivileges, Mode(status.Seccomp), status.SeccompFilters, Label(pid),
            [.. KernelFacts.Kinds.Where((_, i) => own[i] != 0 && home[i] != 0 && own[i] != home[i])]);
    }

    public static SeccompMode Mode(int? mode) => mode switch
    {
        0 => SeccompMode.Off,
        1 => SeccompMode.Strict,
        2 => SeccompMode.Filter,
        _ => SeccompMode.Unknown,
    };

    /// <summary>AppArmor's or SELinux's; null where the kernel has neither.</summary>
    public static string? Label(int pid) => ProcFile.Read(pid, "attr/current")?.TrimEnd('\0', '\n') is { Length: > 0 } label ? label : null;

    private static ImmutableArray<IdMap> Map(int pid, string file) => IdMapText.Parse(ProcFile.Read(pid, file) ?? "");

    private static ImmutableArray<ulong> Namespaces(int pid)
    {
        string number = pid.ToString(CultureInfo.InvariantCulture);
        return [.. KernelFacts.Kinds.Select(kind => ProcFile.Namespace(number, kind))];
    }
}
