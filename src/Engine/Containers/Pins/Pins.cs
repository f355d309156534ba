using Brig.Linux;
using Brig.Linux.Net;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>
/// Namespaces that outlive their processes, as bind mounts: <c>BRIG_RUN/ns/ID/net</c>, and <c>…/user</c> where the container has users of its own, for rights over the one go by the other. The id is a
/// container's, or whatever else several share namespaces under. The mounts lie on a private one and appear nowhere else; they survive the engine, not the machine.
/// </summary>
internal sealed class Pins(EnginePaths paths)
{
    private readonly Lock _gate = new();
    private bool _private;

    /// <summary>Pins the namespace, and its owner where that is not the machine's user namespace. What was pinned under that id before is let go.</summary>
    /// <exception cref="LinuxException">The kernel refused; then nothing is pinned.</exception>
    public void Pin(string id, NetNamespace net)
    {
        string folder = Folder(id);
        lock (_gate)
        {
            MakePrivate();
            Remove(id);
            Directory.CreateDirectory(folder);
            try
            {
                using (var owner = net.Owner())
                {
                    string user = $"/proc/self/fd/{owner.Number}";
                    if (NamespaceFiles.Number(user) != NamespaceFiles.Number("/proc/self/ns/user"))
                    {
                        NamespaceMounts.Bind(user, folder + "/user");
                    }
                }
                NamespaceMounts.Bind($"/proc/self/fd/{net.Descriptor}", folder + "/net");   // last: who finds it finds both
            }
            catch
            {
                Remove(id);
                throw;
            }
        }
    }

    /// <summary>Null: nothing is pinned under that id.</summary>
    public NetNamespace? Open(ContainerId id) => Open(id.Value);

    public NetNamespace? Open(string id)
    {
        try
        {
            return NetNamespace.Open(Folder(id) + "/net");
        }
        catch (LinuxException)
        {
            return null;   // never pinned, or a file that was left behind without its mount
        }
    }

    /// <summary>
    /// The plan of a start with what is pinned in place of new namespaces. A pinned network whose owner is not the user namespace the container will have is no use to it, and is let go.
    /// </summary>
    public NamespacePlan Join(string id, NamespacePlan plan)
    {
        if (plan.Net.Mode != NamespaceMode.New || Open(id) is not { } net)
        {
            return plan;
        }
        using (net)
        using (var owner = net.Owner())
        {
            ulong users = NamespaceFiles.Number($"/proc/self/fd/{owner.Number}");
            string user = Folder(id) + "/user";
            bool own = plan.User.Mode == NamespaceMode.New && File.Exists(user) && NamespaceFiles.Number(user) == users;
            bool others = plan.User.Mode != NamespaceMode.New && NamespaceFiles.Number(plan.User.Path ?? "/proc/self/ns/user") == users;
            if (own || others)
            {
                return plan with { Net = NamespaceTarget.Join(Folder(id) + "/net"), User = own ? NamespaceTarget.Join(user) : plan.User };
            }
        }
        Remove(id);
        return plan;
    }

    /// <summary>Lets go of what is pinned under an id, if there is anything. A namespace without a process ends with its last pin, and its interfaces with it.</summary>
    public void Remove(string id)
    {
        string folder = Folder(id);
        lock (_gate)
        {
            foreach (string name in (ReadOnlySpan<string>)["net", "user"])
            {
                NamespaceMounts.Unbind($"{folder}/{name}");
            }
            Trash.Delete(folder);
        }
    }

    /// <summary>Lets go of what belongs to nobody.</summary>
    /// <param name="known">Ids whose pins stay.</param>
    public void RemoveOthers(IReadOnlySet<string> known)
    {
        if (!Directory.Exists(paths.Pins))
        {
            return;
        }
        foreach (string folder in Directory.GetDirectories(paths.Pins))
        {
            if (!known.Contains(Path.GetFileName(folder)))
            {
                Remove(Path.GetFileName(folder));
            }
        }
    }

    /// <summary>Nothing of an engine without containers stays in the kernel.</summary>
    public void RemoveEmpty()
    {
        lock (_gate)
        {
            if (Directory.Exists(paths.Pins) && Directory.GetDirectories(paths.Pins).Length == 0)
            {
                NamespaceMounts.Unbind(paths.Pins);
                _private = false;
            }
        }
    }

    private string Folder(string id) => $"{paths.Pins}/{id}";

    private void MakePrivate()
    {
        if (!_private)
        {
            Directory.CreateDirectory(paths.Pins);
            NamespaceMounts.MakePrivate(paths.Pins);
            _private = true;
        }
    }
}
