using Brig.Linux.Proc;

namespace Brig.Engine.Metrics;

internal static class Pressures
{
    public static Pressure ToPressure(this PressureReading reading) => new(reading.Some10, reading.Full10);
}
