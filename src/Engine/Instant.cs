namespace Brig.Engine;

/// <summary>Microseconds since 1970 UTC, as the database keeps times.</summary>
internal static class Instant
{
    public static long ToMicroseconds(this DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
