using Brig.Engine.Isolation;
using Brig.Linux.Bpf;

namespace Brig.Engine.Tests.Isolation;

public sealed class KeptRecordingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What a killed engine leaves: the span is open, and nobody knows what came after the last save.</summary>
    [Fact]
    public void End_SpanLeftOpen_EndsWhenItWasSaved()
    {
        var left = KeptRecording.Empty.Begin(Noon, fromStart: true) with { On = true, SavedAt = Noon.AddSeconds(30) };
        var found = EngineJson.Read<KeptRecording>(EngineJson.Write(left));
        var shown = found.End(found.SavedAt, SpanEnd.EngineEnded).Show(Noon.AddHours(1), watching: false);
        Assert.Equal(new WatchedSpan(Noon, Noon.AddSeconds(30), true, SpanEnd.EngineEnded), Assert.Single(shown.Spans));
        Assert.Equal((RecordingState.Armed, TimeSpan.FromSeconds(30)), (shown.State, shown.Watched));
    }

    [Fact]
    public void End_BeforeItsBegin_IsNothingWatched() =>
        Assert.Equal(TimeSpan.Zero, KeptRecording.Empty.Begin(Noon, false).End(Noon.AddSeconds(-5), SpanEnd.EngineEnded).Show(Noon, false).Watched);

    [Fact]
    public void With_TwoWatchings_SumsAndJoins()
    {
        var first = new UseCounts([new(0, false, 5), new(20, true, 1)], [new(0, 2)], [new(21, 1)], [new(21, 9)], ["sh"], false);
        var second = new UseCounts([new(0, false, 7)], [new(0, 1), new(5, 1)], [], [], ["ls", "sh"], true);
        var shown = KeptRecording.Empty.With(first, null).With(second, null).Show(Noon, watching: true);
        Assert.Equal([new("read", 0, "x86_64", 12), new("getpid", 20, "i386", 1)], shown.Calls.ToArray());
        Assert.Equal([new("CHOWN", 3), new("KILL", 1)], shown.Capabilities.ToArray());
        Assert.Equal("SYS_ADMIN", Assert.Single(shown.CapabilitiesRefused).Name);
        Assert.Equal(["ls", "sh"], shown.Programs.ToArray());
        Assert.True(shown.ProgramsLost);
    }

    [Fact]
    public void Show_NumberNobodyKnows_IsItsNumber() =>
        Assert.Equal("syscall_511", Assert.Single(KeptRecording.Empty.With(new([new(511, false, 1)], [], [], [], [], false), null).Show(Noon, false).Calls).Name);

    [Fact]
    public void Begin_ThousandRestarts_KeepsTheLastSpans()
    {
        var kept = KeptRecording.Empty;
        for (int i = 0; i < 1000; i++)
        {
            kept = kept.Begin(Noon.AddSeconds(i), true).End(Noon.AddSeconds(i + 1), SpanEnd.ContainerEnded);
        }
        Assert.Equal((200, Noon.AddSeconds(999)), (kept.Spans.Length, kept.Spans[^1].From));
    }
}
