using System.Collections.Immutable;

namespace Brig.Engine.Health;

/// <summary>A check with nothing left to decide: what was asked for, over the image's, over the defaults.</summary>
/// <param name="Command">What is executed, a shell's line with its shell.</param>
/// <param name="StartInterval">Null: it grows.</param>
/// <param name="FromImage">The test is the image's HEALTHCHECK.</param>
public sealed record HealthCheck(
    ImmutableArray<string> Command, TimeSpan Interval, TimeSpan Timeout, TimeSpan StartPeriod, TimeSpan? StartInterval, int Retries, UnhealthyAction OnUnhealthy, bool FromImage);
