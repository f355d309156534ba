using System.Collections.Immutable;
using Brig.Api.Tests.Support;
using Brig.Engine.History;
using Brig.Web.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Routes;

public sealed class HistoryRouteTests(SharedBrig shared) : IClassFixture<SharedBrig>
{
    [Fact]
    public async Task Read_Asked_ColumnsOfNumbersWithNullForGaps()
    {
        var brig = shared.Brig;

        var answer = await brig.SendAsync("GET", "/api/v1/history?source=web&source=stack:shop&metric=cpuCores&metric=psiIo&from=1000&to=61000&points=60");

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"from":0,"to":2000,"step":1000,"tier":1,"oldest":0,"series":[{"source":"machine","name":"machine","metric":"cpuCores","min":[0.5,null],"avg":[0.75,null],"max":[1,null]}]}""", answer.Body);
        var asked = Fake(brig).Asked!;
        Assert.Equal("web stack:shop", string.Join(' ', asked.Sources));
        Assert.Equal("cpuCores psiIo", string.Join(' ', asked.Metrics));
        Assert.Equal((1000, 61000, 60), (asked.From, asked.To, asked.Points));
    }

    [Theory]
    [InlineData("source=web&metric=cpuCores&from=2000&to=1000", "\"from\" must be before \"to\".")]
    [InlineData("source=web&metric=cpuCores&from=1000&to=1000", "\"from\" must be before \"to\".")]
    [InlineData("source=web&metric=cpuCores&from=-1&to=1000", "\"from\" and \"to\" must be milliseconds since 1970.")]
    [InlineData("source=web&metric=cpuCores&from=0&to=9999999999999999", "\"from\" and \"to\" must be milliseconds since 1970.")]
    [InlineData("source=web&metric=cpuCores&from=0&to=1000&points=0", "\"points\" must be between 1 and 50000.")]
    [InlineData("source=web&metric=cpuCores&from=0&to=1000&points=1000000000", "\"points\" must be between 1 and 50000.")]
    [InlineData("source=web&metric=cpuCores&from=0&to=1000&points=many", "\"points\" cannot be \"many\": it must be a whole number.")]
    [InlineData("source=web&metric=cpuCores&to=1000", "\"from\" is missing from the query.")]
    [InlineData("source=web&metric=cpuCors&from=0&to=1000", "There is no metric \"cpuCors\". Did you mean \"cpuCores\"")]
    [InlineData("source=web&metric=cpuCors&from=0&to=1000", "Known are cpuCores, cpuLimit, throttledRatio, memory, workingSet")]
    [InlineData("source=web&from=0&to=1000", "\"metric\" is missing; known are cpuCores")]
    [InlineData("metric=memory&from=0&to=1000", "\"source\" is missing: machine, ")]
    public async Task Read_MakesNoSense_OneSentenceSaysWhy(string query, string says)
    {
        var brig = shared.Brig;

        var answer = await brig.SendAsync("GET", "/api/v1/history?" + query);

        Assert.Equal(400, answer.Status);
        Assert.Contains(says, answer.Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfNobody_IsNotFound()
    {
        var brig = shared.Brig;

        Assert.Equal(404, (await brig.SendAsync("GET", "/api/v1/history?source=nobody&metric=memory&from=0&to=1000")).Status);
    }

    [Fact]
    public async Task Marks_Asked_AreWhatHappened()
    {
        var brig = shared.Brig;
        Fake(brig).Marks = [new(1500, MarkKinds.Exit, "a", "web", new Dictionary<string, string> { ["exitCode"] = "137" }.ToImmutableDictionary(), 2)];

        var answer = await brig.SendAsync("GET", "/api/v1/history/marks?from=0&to=2000&source=web");

        Assert.Equal("""[{"at":1500,"kind":"exit","source":"a","name":"web","attributes":{"exitCode":"137"},"count":2}]""", answer.Body);
        Assert.Equal("web", Assert.Single(Fake(brig).AskedMarks!.Sources));
        Assert.Equal(400, (await brig.SendAsync("GET", "/api/v1/history/marks?from=2&to=1")).Status);
    }

    [Fact]
    public async Task SourcesAndState_Asked_AreThere()
    {
        var brig = shared.Brig;
        Fake(brig).State = new("The disk is full.", 5, 6, null);

        Assert.Equal("machine", (await brig.SendAsync("GET", "/api/v1/history/sources")).Json[0].GetProperty("id").GetString());
        Assert.Equal("""{"stopped":"The disk is full.","bytes":5,"quota":6}""", (await brig.SendAsync("GET", "/api/v1/history/state")).Body);
    }

    private static FakeHistory Fake(TestBrig brig) => (FakeHistory)brig.Services.GetRequiredService<IHistory>();
}
