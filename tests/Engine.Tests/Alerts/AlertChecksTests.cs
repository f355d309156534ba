using Brig.Engine.Alerts;

namespace Brig.Engine.Tests.Alerts;

public sealed class AlertChecksTests
{
    private static readonly AlertSpec Good = new() { Name = "r", Metric = new("workingSet", AlertSide.Above, 90, OfLimit: true) };

    [Fact]
    public void Check_Good_IsTaken() => AlertChecks.Check(Good);

    public static TheoryData<string, AlertSpec> Wrong => new()
    {
        { "1 to 100 characters", Good with { Name = " r" } },
        { "exactly one thing", Good with { Metric = null } },
        { "exactly one thing", Good with { Log = new("x") } },
        { "no metric \"workingset\". Did you mean \"workingSet\"", Good with { Metric = new("workingset", AlertSide.Above, 1) } },
        { "The machine has no metric \"workingSet\"", Good with { Scope = new() { Machine = true } } },
        { "psiCpu has no limit", Good with { Metric = new("psiCpu", AlertSide.Above, 1, OfLimit: true) } },
        { "threshold must be a number", Good with { Metric = new("cpuCores", AlertSide.Above, double.NaN) } },
        { "for must be", Good with { For = TimeSpan.FromDays(2) } },
        { "coolDown must be", Good with { CoolDown = TimeSpan.FromDays(31) } },
        { "The machine has metrics only", Good with { Metric = null, Event = new(AlertEvent.Oom), Scope = new() { Machine = true } } },
        { "A scope is the machine or containers", Good with { Metric = new("load1", AlertSide.Above, 8), Scope = new() { Machine = true, Stacks = ["s"] } } },
        { "none that is empty", Good with { Scope = new() { Containers = [""] } } },
        { "count must be", Good with { Metric = null, Event = new(AlertEvent.Oom, 0) } },
        { "within must be", Good with { Metric = null, Event = new(AlertEvent.Oom) { Within = TimeSpan.Zero } } },
        { "no regular expression", Good with { Metric = null, Log = new("a(", Regex: true) } },
        { "might run for ever", Good with { Metric = null, Log = new(@"(a)\1", Regex: true) } },
        { "The pattern must have", Good with { Metric = null, Log = new("") } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_Wrong_OneSentence(string sentence, AlertSpec spec)
    {
        var error = Assert.Throws<EngineException>(() => AlertChecks.Check(spec));
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timeout", false, "Connection TIMEOUT", true)]
    [InlineData("time.*out", false, "time ran out", false)]
    [InlineData("time.*out", true, "time ran out", true)]
    [InlineData("^ERR", true, "an ERR", false)]
    public void Matcher_TextAndRegex(string pattern, bool regex, string line, bool matches) =>
        Assert.Equal(matches, AlertChecks.Matcher(new(pattern, regex))(line));
}
