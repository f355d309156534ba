namespace Brig.Engine.Containers;

/// <summary>What a container gets from the pod it is in.</summary>
internal static class PodMembership
{
    /// <summary>The spec with the pod's namespaces in it; as it is, without a pod.</summary>
    /// <exception cref="EngineException">NotFound: there is no such pod. Invalid: it asks for something of its own that is the pod's.</exception>
    public static ContainerSpec Join(ContainerSpec asked, ContainerTable table)
    {
        if (asked.Pod is not { } name)
        {
            return asked;
        }
        var pod = table.Find(name, "pod").Now;
        var sandbox = pod.Spec.Sandbox ?? throw EngineException.Invalid($"{pod.Name} is a container and no pod, so no other can be in it.");
        Refuse(asked.Networks is { IsEmpty: false }, "networks");
        Refuse(!asked.Ports.IsEmpty, "published ports");
        Refuse(asked.Hostname is not null, "host name");
        Refuse(!asked.Dns.IsEmpty, "name servers");
        Refuse(!asked.DnsSearch.IsEmpty, "search domains");
        Refuse(!asked.DnsOptions.IsEmpty, "resolver options");
        Refuse(!asked.ExtraHosts.IsEmpty, "lines of /etc/hosts");
        var of = NamespaceSpec.OfContainer(pod.Id.Value);
        var own = asked.Namespaces;
        foreach (var (kind, spec) in ((string, NamespaceSpec)[])[("network", own.Net), ("IPC", own.Ipc), ("UTS", own.Uts), .. sandbox.SharePid ? [("pid", own.Pid)] : Array.Empty<(string, NamespaceSpec)>()])
        {
            Refuse(spec != NamespaceSpec.New && spec != of, kind + " namespace");
        }
        return asked with { Pod = pod.Id.Value, Networks = [], Namespaces = own with { Net = of, Ipc = of, Uts = of, Pid = sandbox.SharePid ? of : own.Pid } };

        void Refuse(bool wrong, string what)
        {
            if (wrong)
            {
                throw EngineException.Invalid($"A container in a pod has no {what} of its own; they are the pod's: give them to {pod.Name}.");
            }
        }
    }
}
