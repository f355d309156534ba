using Brig.Linux;
using Brig.Linux.Trees;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers.Files;

/// <summary>
/// The root file system of a container, held while somebody works in it. Of one that runs it is its first process's; of one that does not, a shim mounts it nowhere,
/// and until it is let go (<see cref="RootTurn"/>) nothing starts the container, for two mounts of one upper layer would damage it. The other verbs do not wait.
/// </summary>
internal sealed class GuestRoots(PlanBuilder plans, ShimProcess shims, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="client">Who may keep the work waiting; null: nobody.</param>
    public async Task<T> UseAsync<T>(ContainerEntry entry, Func<GuestRoot, T> work, CopyClient? client, CancellationToken stop)
    {
        var ids = entry.Now.Ids is { } users ? new GuestIds(users.First, users.Count) : (GuestIds?)null;
        GuestRoot root;
        using (await entry.Root.TakeAsync(client, time, stop))
        {
            if (await RunningAsync(entry, ids, stop) is not { } running)
            {
                await entry.CleanUp.WaitAsync(stop);
                using var made = await MakeAsync(entry.Now, ids, stop);
                return await OnItsOwnThread(ids, () => work(made));
            }
            root = running;
        }
        using (root)
        {
            return await OnItsOwnThread(ids, () => work(root));
        }
    }

    /// <summary>Null: it does not run.</summary>
    /// <exception cref="EngineException">NotFound: it was removed meanwhile.</exception>
    private static async Task<GuestRoot?> RunningAsync(ContainerEntry entry, GuestIds? ids, CancellationToken stop)
    {
        using var held = await entry.Lock.TakeAsync(stop);
        return entry.Removed.IsCompleted ? throw EngineException.NotFound($"Container {entry.Now.Name} was removed meanwhile.")
            : entry.Run is { } run ? GuestRoot.OfProcess(run.Pid, run.StartTicks, ids) : null;
    }

    private async Task<GuestRoot> MakeAsync(Container container, GuestIds? ids, CancellationToken stop)
    {
        var plan = plans.RootOnly(container);
        foreach (string folder in (string[])[plan.Root!.Upper, plan.Root.Work])
        {
            Directory.CreateDirectory(folder);
        }
        if (ids is { } users)
        {
            using var folder = new RootedTree(plan.StateFolder);
            folder.Owner("upper", users.First, users.First);
        }
        await using var shim = await shims.StartAsync();
        var made = await shim.RootAsync(plan).WaitAsync(Patience, stop);
        return GuestRoot.OfDescriptor(made.Pid, made.Fd, ids);
    }

    private static Task<T> OnItsOwnThread<T>(GuestIds? ids, Func<T> work) => Task.Run(() =>
    {
        T result = default!;
        GuestThread.Run(ids, () => result = work());
        return result;
    });
}
