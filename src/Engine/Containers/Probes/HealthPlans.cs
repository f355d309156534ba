using System.Collections.Immutable;
using Brig.Engine.Health;
using Brig.Engine.Images;

namespace Brig.Engine.Containers.Probes;

/// <summary>From what was asked and the image's HEALTHCHECK to the check that is done.</summary>
internal static class HealthPlans
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30), Least = TimeSpan.FromMilliseconds(100), Most = TimeSpan.FromDays(1);
    private const int UsualRetries = 3, MostRetries = 10_000;

    /// <summary>Null: there is none.</summary>
    public static HealthCheck? Plan(HealthSpec? asked, ImageConfig image)
    {
        bool fromImage = asked is null or { Test.IsEmpty: true };
        var test = fromImage ? image.Healthcheck?.Test ?? [] : asked!.Test;
        if (Command(test, image.Shell) is not { IsEmpty: false } command)
        {
            return null;
        }
        var own = image.Healthcheck;
        return new(
            command,
            Clamp(Some(asked?.Interval) ?? Some(own?.Interval) ?? Usual),
            Clamp(Some(asked?.Timeout) ?? Some(own?.Timeout) ?? Usual),
            asked?.StartPeriod ?? own?.StartPeriod ?? TimeSpan.Zero,
            (Some(asked?.StartInterval) ?? Some(own?.StartInterval)) is { } step ? Clamp(step) : null,
            Math.Max(1, Some(asked?.Retries) ?? Some(own?.Retries) ?? UsualRetries),
            asked?.OnUnhealthy ?? UnhealthyAction.None,
            fromImage);
    }

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(ContainerSpec spec, ImageConfig image)
    {
        if (spec.Health is not { } asked)
        {
            return;
        }
        switch (asked.Test)
        {
            case [] or ["NONE"] or ["CMD-SHELL", _]:
                break;
            case ["CMD", { Length: > 0 }, ..]:
                break;
            default:
                throw EngineException.Invalid("The health check's test is NONE alone, or CMD and a program with its arguments, or CMD-SHELL and one line.");
        }
        if (asked.Test is [_, _, ..])
        {
            SpecCheck.Program(asked.Test, []);
        }
        Length(asked.Interval, "interval", zero: false);
        Length(asked.Timeout, "timeout", zero: false);
        Length(asked.StartInterval, "start interval", zero: false);
        Length(asked.StartPeriod, "start period", zero: true);
        if (asked.Retries is < 1 or > MostRetries)
        {
            throw EngineException.Invalid($"The health check's retries must be from 1 to {MostRetries}.");
        }
        if (asked.OnUnhealthy == UnhealthyAction.Restart && spec.AutoRemove)
        {
            throw EngineException.Invalid("A container that is removed when it exits cannot be restarted when it is unhealthy; choose one of the two.");
        }
        if (asked.OnUnhealthy != UnhealthyAction.None && Plan(asked, image) is null)
        {
            throw EngineException.Invalid("There is no health check, so nothing can be done when it fails: give a test, or leave onUnhealthy out.");
        }
    }

    private static ImmutableArray<string> Command(ImmutableArray<string> test, ImmutableArray<string> shell) => test switch
    {
        ["CMD", .. var command] => command,
        ["CMD-SHELL", var line] => shell.IsEmpty ? ["/bin/sh", "-c", line] : [.. shell, line],
        _ => [],
    };

    private static void Length(TimeSpan? time, string what, bool zero)
    {
        if (time is { } asked && (asked > Most || (asked < Least && !(zero && asked >= TimeSpan.Zero))))
        {
            throw EngineException.Invalid($"The health check's {what} must be from {(zero ? "zero" : "100 ms")} to a day.");
        }
    }

    /// <summary>What an image says is not its user's to mend.</summary>
    private static TimeSpan Clamp(TimeSpan time) => time < Least ? Least : time > Most ? Most : time;

    /// <summary>Zero means that nothing is said.</summary>
    private static TimeSpan? Some(TimeSpan? time) => time > TimeSpan.Zero ? time : null;

    private static int? Some(int? count) => count > 0 ? count : null;
}
