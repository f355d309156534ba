namespace Brig.Linux.Proc;

/// <summary>Part of the last 10 s in which some, or all, tasks stalled: percent (Documentation/accounting/psi.rst).</summary>
/// <param name="SomeTotal">Microseconds since the cgroup was made, or the machine began.</param>
public readonly record struct PressureReading(double Some10, double Full10, long SomeTotal = 0, long FullTotal = 0);

public static class PressureText
{
    /// <summary>Reads <c>some avg10=1.25 avg60=… total=…\n full avg10=…</c>. A line that is missing (cpu has no full on older kernels) counts 0.</summary>
    public static PressureReading Parse(ReadOnlySpan<byte> text)
    {
        (double Part, long Total) some = default, full = default;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (line.StartsWith("some "u8))
            {
                some = Line(line);
            }
            else if (line.StartsWith("full "u8))
            {
                full = Line(line);
            }
        }
        return new(some.Part, full.Part, some.Total, full.Total);
    }

    private static (double Part, long Total) Line(ReadOnlySpan<byte> line)
        => (TextNumbers.Decimal(After(line, "avg10="u8)), TextNumbers.Integer(After(line, "total="u8)));

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key) => line.IndexOf(key) is >= 0 and var at ? line[(at + key.Length)..] : default;
}
