using static Brig.Engine.Containers.ContainerStatus;

namespace Brig.Engine.Containers;

/// <summary>What is done to a container, or happens to it.</summary>
internal enum Verb { Start, Stop, Kill, Pause, Resume, Attach, Exec, Update, Exit, AwaitRestart, Remove, ForceRemove }

/// <summary>Which status a verb leads to from which. The one place that knows.</summary>
internal static class LifeCycle
{
    /// <exception cref="EngineException">Conflict: the verb makes no sense in this status. NotModified: it is already so.</exception>
    public static ContainerStatus Next(ContainerStatus from, Verb verb, string name) => (from, verb) switch
    {
        (Created or Exited or Restarting, Verb.Start) => Running,
        (Running, Verb.Start) => throw EngineException.NotModified($"Container {name} already runs."),
        (Running or Paused, Verb.Stop) => Exited,
        (Restarting, Verb.Stop) => Exited,
        (Created or Exited, Verb.Stop) => throw EngineException.NotModified($"Container {name} does not run."),
        (Running or Paused, Verb.Kill or Verb.Attach) => from,
        (Running, Verb.Exec) => Running,
        (not Removing, Verb.Update) => from,
        (Running, Verb.Pause) => Paused,
        (Paused, Verb.Pause) => throw EngineException.NotModified($"Container {name} is already paused."),
        (Paused, Verb.Resume) => Running,
        (Running, Verb.Resume) => throw EngineException.NotModified($"Container {name} is not paused."),
        (Running or Paused, Verb.Exit) => Exited,
        (Exited, Verb.AwaitRestart) => Restarting,
        (Created or Exited or Restarting, Verb.Remove) => Removing,
        (Running or Paused, Verb.Remove) => throw EngineException.Conflict($"Container {name} is {Word(from)}; stop it first, or remove it by force."),
        (Created or Exited or Restarting or Running or Paused, Verb.ForceRemove) => Removing,
        (Paused, Verb.Exec) => throw EngineException.Conflict($"Container {name} is paused; resume it first."),
        _ => throw EngineException.Conflict($"Container {name} is {Word(from)}, so it cannot be {Done(verb)}."),
    };

    private static string Word(ContainerStatus status) => status switch
    {
        Created => "not started",
        Exited => "not running",
        Restarting => "waiting to be restarted",
        Removing => "being removed",
        _ => status.ToString().ToLowerInvariant(),
    };

    private static string Done(Verb verb) => verb switch
    {
        Verb.Start => "started",
        Verb.Stop => "stopped",
        Verb.Kill => "signalled",
        Verb.Pause => "paused",
        Verb.Resume => "resumed",
        Verb.Attach => "attached to",
        Verb.Exec => "entered",
        Verb.Update => "changed",
        Verb.Remove or Verb.ForceRemove => "removed",
        _ => verb.ToString().ToLowerInvariant(),
    };
}
