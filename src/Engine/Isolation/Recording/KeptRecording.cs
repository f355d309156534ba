using System.Collections.Immutable;
using Brig.Linux.Bpf;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation;

/// <summary>A recording as it lies in the container's folder, in the file <c>recording</c>.</summary>
/// <param name="On">Until somebody stops it.</param>
/// <param name="SavedAt">What comes after it is lost when the engine is killed.</param>
/// <param name="Calls">By number; 512 more for a 32-bit call.</param>
/// <param name="Used">By capability.</param>
internal sealed record KeptRecording(
    bool On, DateTimeOffset SavedAt, ImmutableArray<WatchedSpan> Spans, ImmutableDictionary<int, long> Calls, ImmutableDictionary<int, long> Used, ImmutableDictionary<int, long> Refused,
    ImmutableArray<string> Programs, bool ProgramsLost, string? CapabilitiesUnknown)
{
    private const int MostSpans = 200;
    private const int Compatible = 512;

    public static readonly KeptRecording Empty = new(
        false, default, [], ImmutableDictionary<int, long>.Empty, ImmutableDictionary<int, long>.Empty, ImmutableDictionary<int, long>.Empty, [], false, null);

    public KeptRecording With(UseCounts counts, string? unknown) => this with
    {
        Calls = Sum(Calls, counts.Calls.Select(call => (call.Number + (call.Compatible ? Compatible : 0), call.Count))),
        Used = Sum(Used, counts.Used.Select(one => (one.Capability, one.Count))),
        Refused = Sum(Refused, counts.Refused.Select(one => (one.Capability, one.Count))),
        Programs = Together(counts.Programs), ProgramsLost = ProgramsLost || counts.ProgramsLost || Programs.Union(counts.Programs).Count() > UseRecorder.Programs,
        CapabilitiesUnknown = unknown,
    };

    public KeptRecording WithPrograms(IEnumerable<string> names) => this with { Programs = Together(names) };

    public KeptRecording Begin(DateTimeOffset at, bool fromStart) => this with { Spans = [.. Spans.TakeLast(MostSpans - 1), new(at, null, fromStart, SpanEnd.Open)] };

    /// <summary>Closes the span that is open; none is no error.</summary>
    public KeptRecording End(DateTimeOffset at, SpanEnd why) => this with { Spans = [.. Spans.Select(span => span.End == SpanEnd.Open ? span with { To = at < span.From ? span.From : at, End = why } : span)] };

    public Recording Show(DateTimeOffset now, bool watching)
    {
        var calls = Calls.Select(call => new SeenCall(Name(call.Key), call.Key % Compatible, call.Key >= Compatible ? "i386" : "x86_64", call.Value));
        return new(
            watching ? RecordingState.Watching : On ? RecordingState.Armed : RecordingState.Ended, Spans,
            Spans.Aggregate(TimeSpan.Zero, (sum, span) => sum + ((span.To ?? now) - span.From)),
            [.. calls.OrderByDescending(call => call.Count).ThenBy(call => call.Name, StringComparer.Ordinal)], Named(Used), Named(Refused), Programs, ProgramsLost, CapabilitiesUnknown);
    }

    private ImmutableArray<string> Together(IEnumerable<string> names) => [.. Programs.Union(names).Take(UseRecorder.Programs).Order(StringComparer.Ordinal)];

    /// <summary>A number newer than all that we know is shown as such.</summary>
    private static string Name(int key) => SyscallNames.Name(key >= Compatible ? SyscallArch.X86 : SyscallArches.Native, key % Compatible) ?? $"syscall_{key % Compatible}";

    private static ImmutableArray<SeenCapability> Named(ImmutableDictionary<int, long> counts) =>
        [.. counts.OrderByDescending(one => one.Value).Select(one => new SeenCapability(new CapabilitySet(1ul << one.Key).Names[0], one.Value))];

    private static ImmutableDictionary<int, long> Sum(ImmutableDictionary<int, long> before, IEnumerable<(int Key, long Count)> more)
    {
        var sum = before.ToBuilder();
        foreach (var (key, count) in more)
        {
            sum[key] = sum.GetValueOrDefault(key) + count;
        }
        return sum.ToImmutable();
    }
}
