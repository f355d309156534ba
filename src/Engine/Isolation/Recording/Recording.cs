using System.Collections.Immutable;

namespace Brig.Engine.Isolation;

/// <summary>What a container was seen to use while somebody recorded it. Kept in its folder until it is removed or recorded anew.</summary>
/// <param name="Spans">When it was watched; between them nobody looked.</param>
/// <param name="Watched">Sum of the spans.</param>
/// <param name="Calls">System calls it made that were let through, most frequent first.</param>
/// <param name="Capabilities">Capabilities it needed and had.</param>
/// <param name="CapabilitiesRefused">It needed these and had them not.</param>
/// <param name="Programs">Names of what was executed in it or ran already: hostile text.</param>
/// <param name="ProgramsLost">More were executed than are kept (256).</param>
/// <param name="CapabilitiesUnknown">Why this kernel does not tell the use of capabilities, as a sentence; null: it does.</param>
public sealed record Recording(
    RecordingState State, ImmutableArray<WatchedSpan> Spans, TimeSpan Watched, ImmutableArray<SeenCall> Calls,
    ImmutableArray<SeenCapability> Capabilities, ImmutableArray<SeenCapability> CapabilitiesRefused,
    ImmutableArray<string> Programs, bool ProgramsLost, string? CapabilitiesUnknown);

public enum RecordingState
{
    /// <summary>On, and the container runs: it is being watched.</summary>
    Watching,
    /// <summary>On, from its next start on.</summary>
    Armed,
    /// <summary>Off; what was seen is kept.</summary>
    Ended,
}

/// <param name="From">Watching began here.</param>
/// <param name="To">Null: it goes on.</param>
/// <param name="FromStart">It saw the program from its first instruction.</param>
/// <param name="End">Why it ended.</param>
public sealed record WatchedSpan(DateTimeOffset From, DateTimeOffset? To, bool FromStart, SpanEnd End);

/// <summary>EngineEnded: Brig was stopped or killed; To is when it last saved.</summary>
public enum SpanEnd { Open, Stopped, ContainerEnded, EngineEnded }

/// <param name="Architecture">x86_64, or i386 where the program made a 32-bit call.</param>
public sealed record SeenCall(string Name, int Number, string Architecture, long Count);

public sealed record SeenCapability(string Name, long Count);
