using System.Globalization;

namespace Brig.Engine.Isolation;

/// <summary>Whom the kernel kills first when memory is out (proc_pid_oom_score_adj(5)): never the engine or a shim before a container.</summary>
internal static class OomScore
{
    /// <summary>The engine's own, which every shim inherits.</summary>
    public static int Own => int.Parse(File.ReadAllText("/proc/self/oom_score_adj"), CultureInfo.InvariantCulture);

    /// <summary>What Docker's daemon has.</summary>
    private const int Protected = -500;

    /// <summary>Where nobody has said anything and the machine allows it (CAP_SYS_RESOURCE), Brig is among the last to be killed.</summary>
    public static void Protect()
    {
        if (Own != 0)
        {
            return;
        }
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", Protected.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not allowed here; then all are equal.
        }
    }

    /// <summary>What a container's programs are given; null: they inherit the engine's.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static int? Plan(int? asked) => Plan(asked, Own);

    internal static int? Plan(int? asked, int own)
    {
        if (asked is < -1000 or > 1000)
        {
            throw EngineException.Invalid($"An OOM score adjustment of {asked} is outside of -1000 to 1000.");
        }
        if (asked < own)
        {
            throw EngineException.Invalid($"An OOM score adjustment of {asked} is below the engine's own, {own}: when memory is out, the container must be killed before Brig is.");
        }
        // An engine that is protected hands its protection on to nobody.
        return asked ?? (own < 0 ? 0 : null);
    }
}
