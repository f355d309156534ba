using Brig.Linux;

namespace Brig.Engine.Containers;

/// <summary>Why execve(2) refused a program, where that is what an error is about.</summary>
public enum NotExecuted { NotFound, NotAllowed, Other }

public static class NotExecutedErrors
{
    /// <summary>Null: it is about something else.</summary>
    public static NotExecuted? WhyNotExecuted(this EngineException error) => error.InnerException is LinuxException { Call: "execve", Errno: var errno }
        ? errno switch { Errno.ENOENT => NotExecuted.NotFound, Errno.EACCES => NotExecuted.NotAllowed, _ => NotExecuted.Other }
        : null;
}
