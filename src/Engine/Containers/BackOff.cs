namespace Brig.Engine.Containers;

/// <summary>When a restart policy starts a container again: after 100 ms, doubling to a minute; from the beginning once it ran ten seconds.</summary>
internal static class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromMinutes(1), Good = TimeSpan.FromSeconds(10);

    /// <param name="failures">Short runs in a row before this one.</param>
    /// <returns>The wait, and how many short runs in a row there are now.</returns>
    public static (TimeSpan Wait, int Failures) After(TimeSpan ran, int failures)
    {
        failures = ran >= Good ? 0 : failures;
        return (failures >= 10 ? Longest : TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << failures)), failures + 1);
    }

    public static bool Wants(RestartPolicy policy, ExitStatus exit, int restarts) => policy.Mode switch
    {
        RestartMode.Always or RestartMode.UnlessStopped => true,
        RestartMode.OnFailure => exit.Code != 0 && (policy.MaxRetries == 0 || restarts < policy.MaxRetries),
        _ => false,
    };
}
