using System.Collections.Immutable;

namespace Brig.Engine.History;

/// <summary>A container that starts anew every second must not fill the axis: what would be drawn over one another is one mark.</summary>
internal static class MarkThinning
{
    /// <param name="width">Milliseconds.</param>
    public static ImmutableArray<HistoryMark> Thin(IEnumerable<HistoryMark> marks, long width)
    {
        var thin = new List<HistoryMark>();
        var last = new Dictionary<(string Kind, string Source), int>();
        foreach (var mark in marks.OrderBy(mark => mark.At))
        {
            if (last.TryGetValue((mark.Kind, mark.Source), out int index) && mark.At - thin[index].At < width)
            {
                thin[index] = mark with { At = thin[index].At, Count = thin[index].Count + mark.Count };
                continue;
            }
            last[(mark.Kind, mark.Source)] = thin.Count;
            thin.Add(mark);
        }
        return [.. thin];
    }
}
