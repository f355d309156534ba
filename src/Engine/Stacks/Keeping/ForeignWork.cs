using System.Collections.Concurrent;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>Which task works on which project of another tool's; of a stack that is known by its entry.</summary>
internal sealed class ForeignWork
{
    private readonly ConcurrentDictionary<string, string> _tasks = new(StringComparer.Ordinal);

    /// <summary>Null: nobody works on it.</summary>
    public string? TaskOf(string project) => _tasks.GetValueOrDefault(project);

    /// <exception cref="EngineException">Conflict: one does already.</exception>
    public void Begin(string project)
    {
        if (!_tasks.TryAdd(project, "…"))
        {
            throw Busy(project, _tasks.GetValueOrDefault(project, "…"));
        }
    }

    public void Tell(string project, string task) => _tasks[project] = task;

    public void End(string project) => _tasks.TryRemove(project, out _);

    public static EngineException Busy(string stack, string task) => EngineException.Conflict($"The task {task} works on the stack {stack}; wait for it, or cancel it.");
}
