using System.Collections.Immutable;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>Only what belongs to a namespace of the container's own; the rest is the whole machine's.</summary>
internal static class Sysctls
{
    private static readonly string[] Ipc = ["kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"];

    /// <exception cref="EngineException">Invalid.</exception>
    public static ImmutableArray<SysctlPlan> Plan(ImmutableDictionary<string, string> sysctls, Namespaces namespaces)
    {
        foreach (string name in sysctls.Keys)
        {
            if (name.Contains("..", StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal))
            {
                throw EngineException.Invalid($"\"{Text.Short(name)}\" is no kernel setting's name; write it with dots.");
            }
            var owner = name.StartsWith("net.", StringComparison.Ordinal) ? namespaces.Net
                : Ipc.Contains(name) || name.StartsWith("fs.mqueue.", StringComparison.Ordinal) ? namespaces.Ipc
                : throw EngineException.Invalid($"The kernel setting {Text.Short(name)} is not of a namespace, so a container's own value would change the whole machine.");
            if (owner.Source != NamespaceSource.New)
            {
                throw EngineException.Invalid($"The kernel setting {name} needs a {(owner == namespaces.Net ? "network" : "ipc")} namespace of the container's own.");
            }
        }
        return [.. sysctls.OrderBy(sysctl => sysctl.Key).Select(sysctl => new SysctlPlan(sysctl.Key, sysctl.Value))];
    }
}
