namespace Brig.Engine.Metrics;

/// <summary>What the runtime does not tell of its own process, or only slowly.</summary>
public static class OwnProcess
{
    public static long OpenDescriptors => Brig.Linux.Proc.OpenDescriptors.Count();
}
