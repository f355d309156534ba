namespace Brig.Engine.Containers;

/// <summary>One life of a container, from exec to exit.</summary>
/// <param name="Pid">Of PID 1, as the host sees it.</param>
/// <param name="StartTicks">Field 22 of its /proc/PID/stat; pid and this together are never reused.</param>
internal sealed record ContainerRun(ShimConnection Shim, int Pid, ulong StartTicks);
