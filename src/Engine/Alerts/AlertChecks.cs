using System.Text.RegularExpressions;
using Brig.Engine.Alerts.Watching;

namespace Brig.Engine.Alerts;

/// <summary>What a rule must be; the first thing wrong is told in one sentence.</summary>
internal static class AlertChecks
{
    private const int MostCount = 10_000, MostNamed = 100, LongestPattern = 1_000, LongestName = 100;
    private static readonly TimeSpan s_mostFor = TimeSpan.FromDays(1), s_mostCoolDown = TimeSpan.FromDays(30);

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(AlertSpec spec)
    {
        CheckName(spec.Name, "A rule");
        CheckScope(spec.Scope);
        if ((spec.Metric is null ? 0 : 1) + (spec.Event is null ? 0 : 1) + (spec.Log is null ? 0 : 1) != 1)
        {
            throw EngineException.Invalid("A rule looks at exactly one thing: give metric, event or log, and not two of them.");
        }
        CheckTime(spec.For, TimeSpan.Zero, s_mostFor, "for", "a day");
        CheckTime(spec.CoolDown, TimeSpan.Zero, s_mostCoolDown, "coolDown", "30 days");
        if (spec.Metric is { } metric)
        {
            Measure.Of(metric, spec.Scope.Machine);
            if (!double.IsFinite(metric.Threshold))
            {
                throw EngineException.Invalid("The threshold must be a number.");
            }
        }
        else if (spec.Scope.Machine)
        {
            throw EngineException.Invalid("The machine has metrics only: no health check, no exits and no output. Leave out scope.machine, or look at a metric.");
        }
        if (spec.Event is { } happening)
        {
            CheckCount(happening.Count, happening.Within);
        }
        if (spec.Log is { } log)
        {
            CheckCount(log.Count, log.Within);
            Matcher(log);
        }
        if (!spec.Targets.IsDefault && spec.Targets.Length > MostNamed)
        {
            throw EngineException.Invalid($"A rule may have {MostNamed} targets at most.");
        }
    }

    public static void CheckName(string name, string whose)
    {
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl) || name.Trim() != name)
        {
            throw EngineException.Invalid($"{whose}'s name must have 1 to {LongestName} characters, without control characters and blanks at its ends.");
        }
    }

    /// <summary>Whether a line has what is looked for.</summary>
    /// <exception cref="EngineException">Invalid: the pattern is no regular expression, or one that may run for ever.</exception>
    public static Func<string, bool> Matcher(LogCondition log)
    {
        if (log.Pattern.Length is 0 or > LongestPattern)
        {
            throw EngineException.Invalid($"The pattern must have 1 to {LongestPattern} characters.");
        }
        if (!log.Regex)
        {
            string text = log.Pattern;
            return line => line.Contains(text, StringComparison.OrdinalIgnoreCase);
        }
        try
        {
            return new Regex(log.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch;
        }
        catch (RegexParseException e)
        {
            throw EngineException.Invalid($"The pattern is no regular expression: {e.Message}");
        }
        catch (NotSupportedException)
        {
            throw EngineException.Invalid("The pattern has a look-around, a back reference or too many repeats, with which it might run for ever; write it without.");
        }
    }

    private static void CheckScope(AlertScope scope)
    {
        if (new[] { scope.Containers, scope.Stacks, scope.Labels }.Any(all => !all.IsDefault && (all.Length > MostNamed || all.Any(string.IsNullOrEmpty))))
        {
            throw EngineException.Invalid($"A scope names {MostNamed} containers, stacks or labels at most, and none that is empty.");
        }
        if (scope.Machine && !(scope.Containers.IsDefaultOrEmpty && scope.Stacks.IsDefaultOrEmpty && scope.Labels.IsDefaultOrEmpty))
        {
            throw EngineException.Invalid("A scope is the machine or containers: leave out machine, or the others.");
        }
    }

    private static void CheckCount(int count, TimeSpan within)
    {
        if (count is < 1 or > MostCount)
        {
            throw EngineException.Invalid($"count must be 1 to {MostCount}.");
        }
        CheckTime(within, TimeSpan.FromSeconds(5), s_mostFor, "within", "a day");    // looked at once a second
    }

    private static void CheckTime(TimeSpan time, TimeSpan least, TimeSpan most, string name, string mostInWords)
    {
        if (time < least || time > most)
        {
            throw EngineException.Invalid($"{name} must be {least.TotalSeconds:0} seconds to {mostInWords}.");
        }
    }
}
