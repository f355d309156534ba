using Brig.Engine.Health;
using Brig.Web.Components.Parts;
using Brig.Web.Components.Parts.Checks;

namespace Brig.Web.Tests.Checks;

public sealed class HealthModelTests
{
    [Fact]
    public void ToSpec_EachChoice_IsThat()
    {
        Assert.Null(new HealthModel().ToSpec());
        Assert.Equal(["NONE"], new HealthModel { Choice = HealthChoice.None }.ToSpec()!.Test.ToArray());
        Assert.Equal(["CMD-SHELL", "a || b"], new HealthModel { Choice = HealthChoice.Shell, Test = " a || b " }.ToSpec()!.Test.ToArray());
        Assert.Equal(["CMD", "a", "b c"], new HealthModel { Choice = HealthChoice.Program, Test = "a 'b c'" }.ToSpec()!.Test.ToArray());
    }

    [Theory]
    [InlineData("10", 10.0)]
    [InlineData("1.5 s", 1.5)]
    [InlineData("500ms", 0.5)]
    [InlineData("2m", 120.0)]
    [InlineData("1h", 3600.0)]
    [InlineData("x", null)]
    [InlineData("-3s", null)]
    [InlineData("3 weeks", null)]
    [InlineData("25h", null)]
    public void Seconds_AsTyped_IsThat(string typed, double? seconds) => Assert.Equal(seconds, HealthModel.Seconds(typed)?.TotalSeconds);

    [Fact]
    public void Wrong_WithoutATest_NothingIs()
    {
        var model = new HealthModel { Interval = "soon", Retries = "0" };
        Assert.True(model.IsRight);
        model.Choice = HealthChoice.Shell;

        Assert.All((string[])["Test", "Interval", "Retries"], name => Assert.NotNull(model.Wrong(name)));
        Assert.Null(model.Wrong("Timeout"));
    }

    [Fact]
    public void Equivalent_OfACheck_DockersWordsAndTheApis()
    {
        var model = new CreateModel { Image = "x" };
        (model.Health.Choice, model.Health.Test, model.Health.Interval, model.Health.Retries, model.Health.OnUnhealthy) = (HealthChoice.Shell, "test -e /ok", "10s", "2", UnhealthyAction.Restart);

        Assert.StartsWith("docker run -d --health-cmd 'test -e /ok' --health-interval 10s --health-retries 2 ", Equivalent.Docker(model.ToSpec()), StringComparison.Ordinal);
        Assert.Equal("""{"image":"x","health":{"test":["CMD-SHELL","test -e /ok"],"interval":10,"retries":2,"onUnhealthy":"restart"}}""", Equivalent.Json(model.ToSpec()).ToJsonString());
        model.Health.Choice = HealthChoice.None;
        Assert.StartsWith("docker run -d --no-healthcheck ", Equivalent.Docker(model.ToSpec()), StringComparison.Ordinal);
    }
}
