using Brig.Engine.Containers;

namespace Brig.Engine.Tests.Containers;

public class LifeCycleTests
{
    [Theory]
    [InlineData(ContainerStatus.Created, "Start", ContainerStatus.Running)]
    [InlineData(ContainerStatus.Exited, "Start", ContainerStatus.Running)]
    [InlineData(ContainerStatus.Restarting, "Start", ContainerStatus.Running)]
    [InlineData(ContainerStatus.Running, "Pause", ContainerStatus.Paused)]
    [InlineData(ContainerStatus.Paused, "Resume", ContainerStatus.Running)]
    [InlineData(ContainerStatus.Paused, "Stop", ContainerStatus.Exited)]
    [InlineData(ContainerStatus.Restarting, "Stop", ContainerStatus.Exited)]
    [InlineData(ContainerStatus.Exited, "Remove", ContainerStatus.Removing)]
    [InlineData(ContainerStatus.Running, "ForceRemove", ContainerStatus.Removing)]
    public void Next_Sensible_LeadsThere(ContainerStatus from, string verb, ContainerStatus to) =>
        Assert.Equal(to, LifeCycle.Next(from, Enum.Parse<Verb>(verb), "x"));

    [Theory]
    [InlineData(ContainerStatus.Running, "Start", EngineErrorKind.NotModified)]
    [InlineData(ContainerStatus.Paused, "Start", EngineErrorKind.Conflict)]
    [InlineData(ContainerStatus.Created, "Stop", EngineErrorKind.NotModified)]
    [InlineData(ContainerStatus.Exited, "Pause", EngineErrorKind.Conflict)]
    [InlineData(ContainerStatus.Running, "Resume", EngineErrorKind.NotModified)]
    [InlineData(ContainerStatus.Running, "Remove", EngineErrorKind.Conflict)]
    [InlineData(ContainerStatus.Paused, "Exec", EngineErrorKind.Conflict)]
    [InlineData(ContainerStatus.Removing, "Start", EngineErrorKind.Conflict)]
    [InlineData(ContainerStatus.Removing, "ForceRemove", EngineErrorKind.Conflict)]
    public void Next_Senseless_SaysWhyByName(ContainerStatus from, string verb, EngineErrorKind kind)
    {
        var error = Assert.Throws<EngineException>(() => LifeCycle.Next(from, Enum.Parse<Verb>(verb), "brave-anchor"));

        Assert.Equal(kind, error.Kind);
        Assert.Contains("brave-anchor", error.Message);
    }

    [Fact]
    public void After_ShortRuns_DoublesToAMinuteAndBeginsAnewAfterAGoodOne()
    {
        var waits = new List<double>();
        int failures = 0;
        for (int i = 0; i < 12; i++)
        {
            (var wait, failures) = BackOff.After(TimeSpan.FromSeconds(1), failures);
            waits.Add(wait.TotalSeconds);
        }

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60], waits);
        Assert.Equal((TimeSpan.FromMilliseconds(100), 1), BackOff.After(TimeSpan.FromSeconds(10), failures));
    }

    [Theory]
    [InlineData(RestartMode.No, 0, 1, 0, false)]
    [InlineData(RestartMode.Always, 0, 0, 99, true)]
    [InlineData(RestartMode.OnFailure, 0, 0, 0, false)]
    [InlineData(RestartMode.OnFailure, 3, 1, 2, true)]
    [InlineData(RestartMode.OnFailure, 3, 1, 3, false)]
    [InlineData(RestartMode.OnFailure, 0, 1, 99, true)]
    public void Wants_Policy_AsItSays(RestartMode mode, int most, int code, int restarts, bool wants) =>
        Assert.Equal(wants, BackOff.Wants(new(mode, most), new(code, 0, false), restarts));

    [Theory]
    [InlineData("SIGTERM", 15)]
    [InlineData("hup", 1)]
    [InlineData("9", 9)]
    [InlineData("RTMIN+1", 35)]
    [InlineData("SIGRTMAX-1", 63)]
    public void Parse_Signal_IsItsNumber(string text, int number) => Assert.Equal(number, Signals.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("SIGNONE")]
    [InlineData("RTMIN+99")]
    [InlineData("-9")]
    public void Parse_NoSignal_IsInvalid(string text) => Assert.Equal(EngineErrorKind.Invalid, Assert.Throws<EngineException>(() => Signals.Parse(text)).Kind);

    [Fact]
    public void Environment_SameName_LaterWinsInPlace() =>
        Assert.Equal("PATH=/x A=2 B=", string.Join(' ', ProgramSpec.Environment(["PATH=/x", "A=1"], ["A=2", "B="], null, false)));

    [Fact]
    public void CommandLine_Blanks_AreQuotedForAShell() =>
        Assert.Equal("sh -c 'echo '\\''a b'\\'''", ProgramSpec.CommandLine(["sh", "-c", "echo 'a b'"]));
}
