using Brig.Engine;
using Brig.Engine.Tasks;

namespace Brig.Web.Api.Docker;

/// <summary>A client that waits for a task. The task is its own: when it goes, the task is cancelled, as Docker does with pulls, pushes and builds.</summary>
internal static class TaskWatch
{
    /// <param name="changed">Told every state that there was time to see, the last one too.</param>
    /// <returns>It has ended.</returns>
    public static async Task<EngineTask> RunAsync(ITasks tasks, string id, Func<EngineTask, ValueTask> changed, CancellationToken gone)
    {
        try
        {
            while (true)
            {
                using var live = tasks.Follow();
                if (live.Snapshot.FirstOrDefault(task => task.Id == id) is { } now)
                {
                    await changed(now);
                    if (now.HasEnded)
                    {
                        return now;
                    }
                }
                await foreach (var change in live.Changes.ReadAllAsync(gone))
                {
                    if (change.Id == id && change.Now is { } next)
                    {
                        await changed(next);
                        if (next.HasEnded)
                        {
                            return next;
                        }
                    }
                }
                gone.ThrowIfCancellationRequested();    // else we were too slow and were left out: all of it anew
                await Task.Yield();
            }
        }
        catch
        {
            Cancel(tasks, id);
            throw;
        }
    }

    /// <summary>The sentence and the kind of one that did not succeed.</summary>
    public static void Check(EngineTask ended)
    {
        if (ended.State != EngineTaskState.Succeeded)
        {
            // A registry that wants another login is the one conflict there is in a pull or push; clients look for the word.
            string unauthorized = ended is { Kind: "pull" or "push", ErrorKind: EngineErrorKind.Conflict } ? "unauthorized: authentication required: " : "";
            throw new EngineException(ended.ErrorKind ?? EngineErrorKind.Failed, unauthorized + (ended.Error ?? "It was cancelled."));
        }
    }

    private static void Cancel(ITasks tasks, string id)
    {
        try
        {
            tasks.Cancel(id);
        }
        catch (EngineException e) when (e.Kind is EngineErrorKind.Conflict or EngineErrorKind.NotFound)
        {
            // It has ended meanwhile.
        }
    }
}
