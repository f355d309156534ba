namespace Brig.Engine.Containers;

/// <summary>What of a container is waited for.</summary>
public enum WaitFor
{
    /// <summary>At once if it is not running, else its end.</summary>
    NotRunning,

    /// <summary>Also where it is not running now. One that is removed first tells its last end.</summary>
    NextExit,

    /// <summary>It is gone.</summary>
    Removed,
}
