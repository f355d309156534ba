using Brig.Engine.Tasks;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>What a task and its state are called.</summary>
public static class TaskWords
{
    private static readonly string[] s_kinds = ["pull", "push", "load", "import", "build", "commit", "repair", "stack"];

    public static string Kind(EngineTask task) => T("tasks.kind." + (s_kinds.Contains(task.Kind) ? task.Kind : "other"));

    public static string State(EngineTaskState state) => T("tasks.state." + state.ToString().ToLowerInvariant());

    /// <summary>Style class and icon, those of a container in the like state.</summary>
    public static string Look(EngineTaskState state) => state switch
    {
        EngineTaskState.Running => "restarting",
        EngineTaskState.Succeeded => "running",
        EngineTaskState.Failed => "failed",
        EngineTaskState.Cancelled => "exited",
        _ => "paused",
    };

    public static string Icon(EngineTaskState state) => state == EngineTaskState.Succeeded ? "done" : Look(state);

    public static string Look(TaskStepState state) => state switch
    {
        TaskStepState.Running => "restarting",
        TaskStepState.Done => "running",
        TaskStepState.Failed => "failed",
        _ => "exited",
    };

    public static string Icon(TaskStepState state) => state switch { TaskStepState.Done => "done", TaskStepState.Waiting => "created", _ => Look(state) };
}
