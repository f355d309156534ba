using System.Collections.Immutable;
using Brig.Engine.Metrics;

namespace Brig.Engine.History;

/// <summary>Frames of the sampler's ring as a block of one source.</summary>
internal static class FrameBlock
{
    public static Block Of(ImmutableArray<MetricsFrame> frames, BlockQuery query)
    {
        var times = new List<long>();
        var rows = new List<long[]>();
        foreach (var frame in frames)
        {
            long at = frame.At.ToUnixTimeMilliseconds();
            if (at >= query.From && at <= query.To + Tier.Second.Width() && Row(frame, query.Source) is { } row)
            {
                times.Add(at);
                rows.Add(row);
            }
        }
        var columns = new Values?[query.Wanted.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            int column = query.Wanted[i];
            if (column >= 0)
            {
                long[] values = [.. rows.Select(row => column < row.Length ? row[column] : Column.None)];
                columns[i] = new(values, values, values);
            }
        }
        return new(Tier.Second, [.. times], null, columns);
    }

    private static long[]? Row(MetricsFrame frame, string source)
    {
        if (source == HistorySource.Machine)
        {
            long[] row = new long[History.Row.MachineWidth];
            History.Row.Fill(row, frame.Machine);
            return row;
        }
        foreach (var sample in frame.Containers)
        {
            if (sample.Id.Value == source)
            {
                long[] row = new long[Columns.Container.Length];
                History.Row.Fill(row, sample);
                return row;
            }
        }
        return null;
    }
}
