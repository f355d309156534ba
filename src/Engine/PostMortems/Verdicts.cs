using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;

namespace Brig.Engine.PostMortems;

/// <summary>Why it ended, in a sentence a newcomer understands, and what may be done about it. Says nothing that is not known.</summary>
internal static class Verdicts
{
    public static Verdict Of(Facts facts)
    {
        var death = facts.Death;
        if (death.NotStarted is { } why)
        {
            return new(EndKind.NotStarted, EndedBy.Itself, $"It could not be started: {Lower(why)}", null, ["Nothing of it ran, so it said nothing either; the page Birth has every step of the start up to the one that failed."]);
        }
        if (facts.IsOom && (death.Lives || facts.Oom.OfMain || facts.Exit?.Code == 128 + Signals.SIGKILL))
        {
            return OomVerdicts.Of(facts);
        }
        return death switch
        {
            { End.Exit: null } => Lost(facts),
            { Asked.Ask: EndAsk.Unhealthy } => Unhealthy(facts, death.Asked),
            { Signal: > 0 } => SignalVerdicts.Of(facts),
            _ => Coded(facts),
        };
    }

    private static Verdict Lost(Facts facts) => facts.WentDown
        ? new(EndKind.Lost, EndedBy.Outside, "The machine went down or was restarted while it ran, and it ended with it.", null, Policy(facts, "A restart policy would have started it again with the engine."))
        : new(EndKind.Lost, EndedBy.Outside, "Its shim was killed from outside, so it ended with it: nobody was left to tell its code.", null,
            ["Look who sent SIGKILL to brig-shim: an out-of-memory kill of the whole machine, a cleanup script, or killing a service with all its processes.", .. Policy(facts, "A restart policy would have started it again.")]);

    private static Verdict Unhealthy(Facts facts, AskedEnd asked)
    {
        int streak = asked.Health?.FailingStreak ?? 0;
        bool again = facts.Spec.Health?.OnUnhealthy == Health.UnhealthyAction.Restart;
        string sentence = $"Its health check failed{(streak > 0 ? $" {Times(streak)} in a row" : "")}, so Brig {(again ? "ended it to start it again" : "stopped it")}, as its check asks for.";
        if (asked.Forced)
        {
            sentence += $" It did not end within {Amount.Of(asked.Grace)} after {Signals.Name(asked.Signal)}, and was killed.";
        }
        var last = facts.Death.Probes.LastOrDefault(probe => !probe.Succeeded);
        string? said = last is null ? null : last.TimedOut ? "The last probe ran into its timeout." : last.Output.Trim() is { Length: > 0 } output ? $"The last probe said: {Text.Short(output)}" : $"The last probe ended with code {last.ExitCode}, and said nothing.";
        return new(EndKind.Unhealthy, EndedBy.HealthCheck, sentence, facts.Exit is { } exit ? ExitMeanings.Of(exit, facts.Death.Signal) : null, said is null ? [] : [said]);
    }

    private static Verdict Coded(Facts facts)
    {
        var exit = facts.Exit!;
        string after = facts.Death.Asked is { Ask: EndAsk.Stop } ? " after it was asked to stop" : "";
        if (exit.Code == 0)
        {
            return OomVerdicts.EndedWell(facts, exit, after);
        }
        var hints = ImmutableArray.CreateBuilder<string>();
        string code = exit.Code.ToString(CultureInfo.InvariantCulture);
        string sentence = exit.Code switch
        {
            126 => $"It ended with code 126{after}: a command was found but could not be executed.",
            127 => $"It ended with code 127{after}: a command was not found.",
            > 128 and <= 192 => $"It ended with code {code}{after}: that is how a shell tells that its program was ended by {Signals.Name(exit.Code - 128)}.",
            _ => $"Its program ended with code {code}{after}{(facts.LastWords is { } last ? $", after it said: {last}" : "; it said nothing before")}",
        };
        sentence = sentence.TrimEnd('.') + ".";
        if (facts.IsOom)
        {
            sentence += " Before, the kernel had killed a process of it for memory.";
        }
        if (facts.LastWords is { } said && exit.Code is 126 or 127 or > 128 and <= 192)
        {
            hints.Add($"The last it said: {said}");
        }
        if (exit.Code is 126 or 127)
        {
            hints.Add(exit.Code == 127 ? "See that the command is installed in the image, spelt right and on its PATH; a script may name an interpreter that is not there." : "See that the file is executable (chmod +x), and made for this processor.");
        }
        return new(EndKind.Exited, EndedBy.Itself, sentence, ExitMeanings.Of(exit, 0), hints.ToImmutable());
    }

    private static ImmutableArray<string> Policy(Facts facts, string otherwise) => facts.Spec.Restart.Mode == RestartMode.No ? [otherwise] : [];

    internal static string Times(int count) => count switch { 1 => "once", 2 => "twice", _ => count.ToString(CultureInfo.InvariantCulture) + " times" };

    private static string Lower(string sentence) => sentence.Length > 1 && char.IsUpper(sentence[0]) && char.IsLower(sentence[1]) ? char.ToLowerInvariant(sentence[0]) + sentence[1..] : sentence;
}
