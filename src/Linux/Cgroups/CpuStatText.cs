using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>cpu.stat: lines <c>nr_periods 12</c>.</summary>
internal static class CpuStatText
{
    public static void ReadV2(ReadOnlySpan<byte> text, ref CgroupSample sample)
    {
        sample.CpuMicroseconds = KeyedText.Value(text, "usage_usec"u8);
        sample.Periods = KeyedText.Value(text, "nr_periods"u8);
        sample.ThrottledPeriods = KeyedText.Value(text, "nr_throttled"u8);
        sample.ThrottledMicroseconds = KeyedText.Value(text, "throttled_usec"u8);
    }

    public static void ReadV2(ReadOnlySpan<byte> text, ref CgroupDetails details)
    {
        details.CpuUserMicroseconds = KeyedText.Value(text, "user_usec"u8);
        details.CpuSystemMicroseconds = KeyedText.Value(text, "system_usec"u8);
    }

    /// <summary>v1 tells no usage here, and the throttled time in nanoseconds.</summary>
    public static void ReadV1(ReadOnlySpan<byte> text, ref CgroupSample sample)
    {
        sample.Periods = KeyedText.Value(text, "nr_periods"u8);
        sample.ThrottledPeriods = KeyedText.Value(text, "nr_throttled"u8);
        sample.ThrottledMicroseconds = KeyedText.Value(text, "throttled_time"u8) / 1000;
    }
}
