using System.Globalization;
using Brig.Linux;

namespace Brig.Engine.Containers;

/// <summary>
/// The /dev/shm of a pod's containers, one for all, there for as long as the pod runs; and that of a container whose IPC namespace may be others': POSIX shared memory and semaphores are files in it (shm_overview(7), sem_overview(7)), which an IPC namespace does not share.
/// What is in it counts as the container's that wrote it.
/// </summary>
internal sealed class SharedMemory(EnginePaths paths, ContainerTable table)
{
    /// <summary>As of a container by itself.</summary>
    private const string Size = "65536k", Inodes = "65536";

    /// <summary>Its pod's, its own, or that of the container whose IPC it joins; null: it is nobody else's.</summary>
    /// <exception cref="EngineException">NotFound: that other container.</exception>
    public string? Folder(ContainerSpec spec, ContainerId id) => (spec.Pod ?? (IsOwner(spec) ? id.Value : Donor(spec)?.Id.Value)) is { } owner ? $"{paths.Shared}/{owner}" : null;

    /// <summary>Before the owner starts; of other containers nothing.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void Make(Container container)
    {
        if (!IsOwner(container.Spec) || Folder(container.Spec, container.Id) is not { } folder)
        {
            return;
        }
        Remove(folder);
        Directory.CreateDirectory(folder);
        string owner = (container.Ids?.First ?? 0).ToString(CultureInfo.InvariantCulture);
        using var made = TmpfsMount.Make([("mode", "1777"), ("size", SizeOf(container.Spec)), ("nr_inodes", Inodes), ("uid", owner), ("gid", owner)]);
        made.On(folder);
    }

    /// <summary>After the owner's end.</summary>
    public void Remove(Container container)
    {
        if (IsOwner(container.Spec) && Folder(container.Spec, container.Id) is { } folder)
        {
            Remove(folder);
        }
    }

    /// <summary>Of those that do not run, or are no more.</summary>
    /// <param name="running">Their ids.</param>
    public void RemoveOthers(IReadOnlySet<string> running)
    {
        if (Directory.Exists(paths.Shared))
        {
            foreach (string folder in Directory.GetDirectories(paths.Shared).Where(folder => !running.Contains(Path.GetFileName(folder))))
            {
                Remove(folder);
            }
        }
    }

    private static bool IsOwner(ContainerSpec spec) => spec.Sandbox is not null || spec.ShareableIpc;

    private Container? Donor(ContainerSpec spec) =>
        spec.Namespaces.Ipc is { Source: NamespaceSource.Container, Container: { } other } && table.Find(other).Now is { Spec.ShareableIpc: true } donor ? donor : null;

    private static string SizeOf(ContainerSpec spec) => spec.Mounts.FirstOrDefault(IsItself)?.SizeBytes?.ToString(CultureInfo.InvariantCulture) ?? Size;

    /// <summary>Whether this mount only says how large /dev/shm is.</summary>
    public static bool IsItself(MountSpec mount) => mount is { Kind: MountKind.Tmpfs, Target: "/dev/shm" };

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            TmpfsMount.Unmount(folder);
            Trash.Delete(folder);
        }
    }
}
