using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>Only what belongs to a namespace of the container's own; the rest is the whole machine's.</summary>
internal static partial class Sysctls
{
    private static readonly string[] Ipc = ["kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"];

    /// <summary>
    /// What NET_RAW and NET_BIND_SERVICE are asked for most, without them, as Docker has it: everybody inside may open ICMP sockets (icmp(7)), by which iputils' ping works and busybox's does not, and listen on every port
    /// (ip(7)), of a network that is the container's own.
    /// </summary>
    private static readonly ImmutableArray<SysctlPlan> Standard = [new("net.ipv4.ip_unprivileged_port_start", "0"), new("net.ipv4.ping_group_range", "0 65535")];

    /// <exception cref="EngineException">Invalid.</exception>
    public static ImmutableArray<SysctlPlan> Plan(ImmutableDictionary<string, string> sysctls, Namespaces namespaces)
    {
        foreach (var (name, value) in sysctls)
        {
            Check(name, value, namespaces);
        }
        var standard = namespaces.Net.Source == NamespaceSource.New ? Standard.Where(sysctl => !sysctls.ContainsKey(sysctl.Name)) : [];
        return [.. standard, .. sysctls.OrderBy(sysctl => sysctl.Key, StringComparer.Ordinal).Select(sysctl => new SysctlPlan(sysctl.Key, sysctl.Value))];
    }

    private static void Check(string name, string value, Namespaces namespaces)
    {
        if (!NameRule().IsMatch(name))
        {
            throw EngineException.Invalid($"\"{Text.Short(name)}\" is no kernel setting's name; write it with dots.");
        }
        if (name == "kernel.hostname")
        {
            throw EngineException.Invalid("The kernel setting kernel.hostname is the container's host name; give it as such.");
        }
        var (owner, kind) = name switch
        {
            _ when name.StartsWith("net.", StringComparison.Ordinal) => (namespaces.Net, "network"),
            _ when name.StartsWith("fs.mqueue.", StringComparison.Ordinal) || Ipc.Contains(name) => (namespaces.Ipc, "ipc"),
            "kernel.domainname" => (namespaces.Uts, "uts"),
            _ => throw EngineException.Invalid($"The kernel setting {Text.Short(name)} is not of a namespace, so a container's own value would change the whole machine."),
        };
        if (owner.Source != NamespaceSource.New)
        {
            throw EngineException.Invalid($"The kernel setting {name} needs a {kind} namespace of the container's own.");
        }
        if (value.Length == 0 || value.Any(char.IsControl) || Encoding.UTF8.GetByteCount(value) > 1024)
        {
            throw EngineException.Invalid($"\"{Text.Short(value)}\" cannot be the value of the kernel setting {name}; give one line of at most 1,024 bytes.");
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameRule();
}
