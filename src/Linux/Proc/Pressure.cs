namespace Brig.Linux.Proc;

/// <summary>Part of the last 10 s in which some, or all, tasks stalled: percent (Documentation/accounting/psi.rst).</summary>
public readonly record struct PressureReading(double Some10, double Full10);

public static class PressureText
{
    /// <summary>Reads <c>some avg10=1.25 avg60=… \n full avg10=…</c>. A line that is missing (cpu has no full on older kernels) counts 0.</summary>
    public static PressureReading Parse(ReadOnlySpan<byte> text)
    {
        double some = 0, full = 0;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (line.StartsWith("some avg10="u8))
            {
                some = TextNumbers.Decimal(line["some avg10="u8.Length..]);
            }
            else if (line.StartsWith("full avg10="u8))
            {
                full = TextNumbers.Decimal(line["full avg10="u8.Length..]);
            }
        }
        return new(some, full);
    }
}
