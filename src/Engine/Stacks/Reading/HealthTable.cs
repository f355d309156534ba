using System.Collections.Immutable;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

internal static class HealthTable
{
    private static readonly Shape<ImmutableArray<string>> Test = Shapes.OneOf(
        scalar: Scalars.Text.To(text => ImmutableArray.Create("CMD-SHELL", text)),
        list: Shapes.ListOf(Scalars.Text).To(Listed));

    public static readonly Shape<ComposeHealth> Shape = new Table<ComposeHealth>("healthcheck", "a health check", _ => new([], false))
        .Add("test", Test, (health, value) => health with { Test = value, Disabled = health.Disabled || value is ["NONE"] }, "A shell's command, or a list that begins with CMD, CMD-SHELL or NONE.")
        .Add("interval", Scalars.Duration, (health, value) => health with { Interval = value }, "Between two checks; 30s.")
        .Add("timeout", Scalars.Duration, (health, value) => health with { Timeout = value }, "A check that takes longer failed; 30s.")
        .Add("retries", Scalars.Whole(1, 1000), (health, value) => health with { Retries = (int)value }, "So many failures in a row make it unhealthy; 3.")
        .Add("start_period", Scalars.Duration, (health, value) => health with { StartPeriod = value }, "So long failures do not count.")
        .Add("start_interval", Scalars.Duration, (health, value) => health with { StartInterval = value }, "Between two checks in that time; 5s.")
        .Add("disable", Scalars.Bool, (health, value) => health with { Disabled = value }, "No check, whatever the image says.");

    private static (bool Good, ImmutableArray<string> Value) Listed(ImmutableArray<string> words, YamlNode node, ReadingContext context)
    {
        if (words is ["NONE"] or ["CMD", _, ..] or ["CMD-SHELL", _])
        {
            return (true, words);
        }
        context.Error(node, "The list must begin with CMD (a program and its arguments), CMD-SHELL (a command for the shell) or be NONE.");
        return (false, words);
    }
}
