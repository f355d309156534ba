using System.Collections.Immutable;
using System.Globalization;

namespace Brig.Engine.History;

/// <summary>When a container began to be throttled, told from its samples: the kernel has no event for it.</summary>
internal static class Throttling
{
    public const string Metric = "throttledRatio";

    /// <summary>Of each source; more than a screen has.</summary>
    public const int MostPoints = 2_000;

    /// <summary>Part of the scheduler's periods; below it nobody notices.</summary>
    private const double Noticed = 0.05;

    /// <summary>Points without it before it is told anew.</summary>
    private const int Quiet = 5;

    public static IEnumerable<HistoryMark> Marks(HistoryAnswer answer)
    {
        foreach (var series in answer.Series)
        {
            int quiet = Quiet;
            for (int i = 0; i < series.Max.Length; i++)
            {
                bool isThrottled = series.Max[i] >= Noticed;
                if (isThrottled && quiet >= Quiet)
                {
                    yield return new(answer.From + (i * answer.Step), MarkKinds.Throttled, series.Source, series.Name,
                        ImmutableDictionary<string, string>.Empty.Add("ratio", series.Max[i].ToString("0.###", CultureInfo.InvariantCulture)));
                }
                quiet = isThrottled ? 0 : quiet + 1;
            }
        }
    }
}
