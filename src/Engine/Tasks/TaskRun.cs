using System.Collections.Immutable;

namespace Brig.Engine.Tasks;

/// <summary>What the work of a task tells while it runs. Thread safe; telling is cheap and seen by others at most ten times a second.</summary>
internal sealed class TaskRun(TaskBoard board, string id, CancellationToken stop)
{
    public string Id { get; } = id;

    /// <summary>Somebody cancelled it, or the engine stops.</summary>
    public CancellationToken Stop { get; } = stop;

    /// <summary>Why <see cref="Stop"/>: the engine ends, and the next one may go on with it. False: somebody cancelled it, or nobody did.</summary>
    public bool IsEngineEnding => board.IsEnding;

    /// <summary>Sets a step, at its place if it was told before, else behind the others.</summary>
    public void Step(TaskStep step) => board.Change(Id, task => task with { Steps = With(task.Steps, step) });

    /// <summary>Changes a step that was told before.</summary>
    public void Step(string stepId, Func<TaskStep, TaskStep> change) => board.Change(Id, task => task.Steps.FirstOrDefault(s => s.Id == stepId) is { } step
        ? task with { Steps = task.Steps.Replace(step, change(step)) }
        : task);

    /// <summary>Prints a line.</summary>
    public void Line(string text) => board.Print(Id, text);

    private static ImmutableArray<TaskStep> With(ImmutableArray<TaskStep> steps, TaskStep step)
    {
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i].Id == step.Id)
            {
                return steps.SetItem(i, step);
            }
        }
        return steps.Add(step);
    }
}
