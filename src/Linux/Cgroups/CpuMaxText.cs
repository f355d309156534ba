using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>v2 cpu.max: <c>50000 100000</c> or <c>max 100000</c>.</summary>
internal static class CpuMaxText
{
    /// <summary>Null: no limit, or no such file.</summary>
    public static double? Cores(ReadOnlySpan<byte> text)
    {
        long? quota = TextNumbers.Limit(TextNumbers.Word(ref text));
        long period = TextNumbers.Integer(text);
        return quota is { } value && period > 0 ? (double)value / period : null;
    }
}
