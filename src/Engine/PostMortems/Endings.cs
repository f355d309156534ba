using Brig.Engine.Containers;

namespace Brig.Engine.PostMortems;

/// <summary>Which ends are worth a post-mortem.</summary>
internal static class Endings
{
    public static bool IsGood(RunEnd end, AskedEnd? asked) => end.Exit switch
    {
        _ when asked is { Ask: EndAsk.Remove } => true,        // whoever throws it away knows why it ended
        null => false,
        _ when asked is { Ask: EndAsk.Unhealthy } => false,
        { OomKilled: true } => false,
        { Code: 0, Signal: 0 } => true,
        var exit when asked is { Ask: EndAsk.Stop } => IsOrderly(exit, asked),
        _ => false,
    };

    /// <summary>It ended by the signal that asked it to, or nobody gave it any time for that.</summary>
    private static bool IsOrderly(ExitStatus exit, AskedEnd asked) => asked.Forced
        ? asked.Grace == TimeSpan.Zero
        : exit.Signal == asked.Signal || exit.Code == 128 + asked.Signal;
}
