namespace Brig.Shim.Launch;

/// <summary>What a launch hears from the engine, and tells it, before the program runs. That the interfaces are there is the child's to hear.</summary>
internal interface IEngine
{
    /// <summary>Returns when the cgroup is there.</summary>
    void AwaitCgroup();

    /// <summary>There is a process, whose network namespace will be new.</summary>
    void Cloned(int pid);
}
