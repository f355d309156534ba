using System.Diagnostics;
using System.Globalization;

namespace Brig.Tests;

/// <summary>
/// Waits for a condition, never for time. Limits are multiplied by <c>BRIG_TEST_SLOW</c> (default 1), which a
/// machine sets that is slower than most, such as the emulated guest of tests/Guest; or by how busy the machine is, where that is more.
/// </summary>
public static class Wait
{
    /// <summary>How long a wait lasts before it fails when none is given: longer than anything takes that works, on this machine as it is now.</summary>
    public static TimeSpan Limit => Scale(TimeSpan.FromSeconds(60));

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>A time limit, scaled to this machine as it is now.</summary>
    public static TimeSpan Scale(TimeSpan limit) => limit * Math.Max(Slow(), Crowd());

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Asked again and again, from 2 to 50 ms apart.</param>
    /// <param name="describe">What is waited for, and what is seen instead: told when the limit passes.</param>
    /// <param name="limit">Default: <see cref="Limit"/>. Scaled.</param>
    /// <exception cref="TimeoutException">The limit passed.</exception>
    public static Task Until(Func<bool> condition, Func<string> describe, TimeSpan? limit = null) =>
        Until(() => Task.FromResult(condition()), describe, limit);

    /// <inheritdoc cref="Until(Func{bool}, Func{string}, TimeSpan?)"/>
    public static Task Until(Func<bool> condition, string describe, TimeSpan? limit = null) =>
        Until(condition, () => describe, limit);

    /// <inheritdoc cref="Until(Func{bool}, Func{string}, TimeSpan?)"/>
    public static Task Until(Func<Task<bool>> condition, string describe, TimeSpan? limit = null) =>
        Until(condition, () => describe, limit);

    /// <inheritdoc cref="Until(Func{bool}, Func{string}, TimeSpan?)"/>
    public static async Task Until(Func<Task<bool>> condition, Func<string> describe, TimeSpan? limit = null)
    {
        TimeSpan patience = limit is { } asked ? Scale(asked) : Limit;
        TimeSpan pause = FirstPause;
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                throw new TimeoutException($"waited {patience.TotalSeconds:0.#} s for: {describe()}");
            }

            await Task.Delay(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>How many want each processor, at least one (proc_loadavg(5)): where ten do, a program starts ten times as slowly.</summary>
    private static double Crowd() =>
        File.Exists("/proc/loadavg") && double.TryParse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture, out double load)
            ? Math.Clamp(load / Environment.ProcessorCount, 1, 20)
            : 1;

    private static double Slow() =>
        double.TryParse(Environment.GetEnvironmentVariable("BRIG_TEST_SLOW"), CultureInfo.InvariantCulture, out double factor) ? factor : 1;
}
