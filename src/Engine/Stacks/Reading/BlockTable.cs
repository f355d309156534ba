using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Stacks.Reading;

/// <summary>A service's <c>blkio_config</c>: its share of the devices against others, and rates of some.</summary>
internal static class BlockTable
{
    private static readonly Shape<ImmutableArray<(string Path, long Rate)>> Bytes = Rates("deviceBytes", Scalars.Bytes), Operations = Rates("deviceOperations", Scalars.Whole(1, long.MaxValue));

    /// <summary>How it changes a service's limits.</summary>
    public static readonly Shape<Func<Limits, Limits>> Shape = new Table<Func<Limits, Limits>>("blkioConfig", "a blkio_config", _ => limits => limits)
        .Add("weight", Scalars.Whole(10, 1000), (before, value) => limits => before(limits) with { IoWeight = (int)value }, "Share of the devices against others, 10 to 1000.")
        .Add("device_read_bps", Bytes, (before, value) => limits => With(before(limits), value, (rate, most) => rate with { ReadBytesPerSecond = most }), "Bytes it may read in a second.")
        .Add("device_write_bps", Bytes, (before, value) => limits => With(before(limits), value, (rate, most) => rate with { WriteBytesPerSecond = most }), "Bytes it may write in a second.")
        .Add("device_read_iops", Operations, (before, value) => limits => With(before(limits), value, (rate, most) => rate with { ReadsPerSecond = most }), "Reads in a second.")
        .Add("device_write_iops", Operations, (before, value) => limits => With(before(limits), value, (rate, most) => rate with { WritesPerSecond = most }), "Writes in a second.")
        .Refuse("weight_device", "the weight holds for all devices.");

    private static Shape<ImmutableArray<(string Path, long Rate)>> Rates(string name, Shape<long> rate) => Shapes.ListOf(new Table<(string Path, long Rate)>(name, "a device's rate", _ => ("", 0))
        .Require("path", "rate")
        .Add("path", Scalars.Text, (device, value) => device with { Path = value }, "As /dev/vda.")
        .Add("rate", rate, (device, value) => device with { Rate = value }));

    private static Limits With(Limits limits, ImmutableArray<(string Path, long Rate)> devices, Func<IoRate, long, IoRate> set)
    {
        var rates = limits.IoRates;
        foreach (var (path, most) in devices)
        {
            var known = rates.FirstOrDefault(rate => rate.Device == path);
            rates = known is null ? rates.Add(set(new(path, null, null, null, null), most)) : rates.Replace(known, set(known, most));
        }
        return limits with { IoRates = rates };
    }
}
