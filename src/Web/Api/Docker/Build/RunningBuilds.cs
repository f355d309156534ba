using System.Collections.Concurrent;
using Brig.Engine;
using Brig.Engine.Tasks;

namespace Brig.Web.Api.Docker;

/// <summary>Builds by the names that clients gave them, to be cancelled by.</summary>
internal sealed class RunningBuilds
{
    private readonly ConcurrentDictionary<string, string> _tasks = new();

    /// <param name="name">Null: it was given none.</param>
    /// <returns>To be disposed when the build has ended.</returns>
    public IDisposable? Add(string? name, string task)
    {
        if (name is null)
        {
            return null;
        }
        _tasks[name] = task;
        return new Entry(_tasks, KeyValuePair.Create(name, task));
    }

    /// <summary>One that is not known has ended.</summary>
    public void Cancel(string name, ITasks tasks)
    {
        if (_tasks.TryGetValue(name, out string? task))
        {
            try
            {
                tasks.Cancel(task);
            }
            catch (EngineException e) when (e.Kind is EngineErrorKind.Conflict or EngineErrorKind.NotFound)
            {
                // It has ended meanwhile.
            }
        }
    }

    private sealed class Entry(ConcurrentDictionary<string, string> all, KeyValuePair<string, string> one) : IDisposable
    {
        public void Dispose() => all.TryRemove(one);
    }
}
