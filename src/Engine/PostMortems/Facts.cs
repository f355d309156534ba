using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.PostMortems;

/// <summary>All that a verdict is made of.</summary>
/// <param name="Crash">The kernel's lines about the crash of its first process.</param>
/// <param name="WentDown">The machine was started after the container was.</param>
internal sealed record Facts(
    Death Death, OomFinding Oom, MemoryAtDeath? Memory, LastMinute? Minute, ImmutableArray<LastLine> Lines, ImmutableArray<string> Crash, bool WentDown)
{
    public ContainerSpec Spec => Death.Container.Spec;
    public ExitStatus? Exit => Death.End.Exit;
    public bool IsOom => Death.Lives || Exit is { OomKilled: true };

    /// <summary>What it was asked to end by, if it ended by that.</summary>
    public AskedEnd? Asked => Death.Asked is { } asked && (asked.Ask != EndAsk.Kill || asked.Signal == Death.Signal || Exit?.Code == 128 + asked.Signal) ? asked : null;

    /// <summary>The last thing it said, on stderr if it said anything there; null: nothing. One line, short.</summary>
    public string? LastWords
    {
        get
        {
            var line = Lines.LastOrDefault(line => line.Stream == OutputStream.Stderr && !string.IsNullOrWhiteSpace(line.Text)) ?? Lines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line.Text));
            return line is null ? null : Text.Short(line.Text.Trim());
        }
    }
}

/// <param name="Sentence">What happened.</param>
/// <param name="Meaning">The code or signal in words.</param>
internal sealed record Verdict(EndKind Kind, EndedBy By, string Sentence, string? Meaning, ImmutableArray<string> Hints);
