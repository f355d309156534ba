namespace Brig.Engine.Containers;

/// <summary>
/// Of the container that is a pod's: it has the network, IPC and host name that the pod's containers share, its limits are the whole's, and its end is theirs. It runs nothing but a program that sleeps.
/// </summary>
/// <param name="SharePid">Its processes are seen by all of them too; its PID 1 is an init then, for it gets their orphans.</param>
public sealed record SandboxSpec(bool SharePid);
