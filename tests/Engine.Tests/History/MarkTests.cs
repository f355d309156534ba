using System.Collections.Immutable;
using Brig.Engine.Events;
using Brig.Engine.History;

namespace Brig.Engine.Tests.History;

public sealed class MarkTests
{
    [Theory]
    [InlineData("container", "die", "", MarkKinds.Exit)]
    [InlineData("container", "start-failed", "", MarkKinds.Exit)]
    [InlineData("container", "oom", "", MarkKinds.Oom)]
    [InlineData("pod", "start", "", MarkKinds.Start)]
    [InlineData("container", "update", "limits", MarkKinds.Limits)]
    [InlineData("container", "update", "ports", null)]
    [InlineData("container", "health_status", "", MarkKinds.Health)]
    [InlineData("stack", "apply", "", MarkKinds.Deploy)]
    [InlineData("stack", "stop", "", null)]
    [InlineData("alert", "fire", "", MarkKinds.Alert)]
    [InlineData("alert", "create", "", null)]
    [InlineData("exec", "start", "", null)]
    [InlineData("image", "pull", "", null)]
    public void Of_Event_IsTheMarkOfItOrNone(string kind, string action, string attribute, string? mark) =>
        Assert.Equal(mark, MarkMaker.Of(new(1, DateTimeOffset.UnixEpoch, kind, action, "id", "name", attribute.Length == 0 ? Nothing : Nothing.Add(attribute, "x")))?.Kind);

    [Fact]
    public void Thin_SameKindAndSourceWithinAPoint_IsOneWithACount()
    {
        HistoryMark[] marks = [At(0, "start"), At(10, "exit"), At(20, "start"), At(99, "start"), At(100, "start"), At(50, "start") with { Source = "other" }];

        var thin = MarkThinning.Thin(marks, 100);

        Assert.Equal([(0, "start", "a", 3), (10, "exit", "a", 1), (50, "start", "other", 1), (100, "start", "a", 1)], thin.Select(mark => (mark.At, mark.Kind, mark.Source, mark.Count)));
    }

    [Fact]
    public void Throttling_BeganAfterQuiet_IsAMarkAndGoingOnIsNone()
    {
        double[] ratio = [0, 0.01, 0.3, 0.5, 0, 0.4, double.NaN, 0, 0, 0, 0, 0.2];
        var answer = new HistoryAnswer(1000, 13_000, 1000, 1, 0, [new("a", "web", "throttledRatio", ratio, ratio, ratio)]);

        Assert.Equal([(3000, "0.3"), (12_000, "0.2")], Throttling.Marks(answer).Select(mark => (mark.At, mark.Attributes["ratio"])));
    }

    private static readonly ImmutableDictionary<string, string> Nothing = ImmutableDictionary<string, string>.Empty;

    private static HistoryMark At(long at, string kind) => new(at, kind, "a", "web", Nothing);
}
