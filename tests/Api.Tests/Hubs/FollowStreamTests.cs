using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Web.Hubs;

namespace Brig.Api.Tests.Hubs;

public sealed class FollowStreamTests
{
    private readonly HandContainers _containers = new();
    private readonly Lines _logs = new();
    private readonly HubActivity _activity = new();

    [Fact]
    public async Task Read_TwoContainersOneOfThemLater_MergedByTimeAndNumbered()
    {
        Container two = _containers.One with { Id = ContainerId.New(), Name = "two" };
        _logs.Of[_containers.One.Id.Value] = [At(1, "first"), At(3, "third")];
        _logs.Of[two.Id.Value] = [At(2, "second")];
        await _containers.Changes.Writer.WriteAsync(new(two.Id, two));

        var (sources, lines) = await ReadAsync(new(), lines: 3);

        Assert.Equal(["one", "two"], sources);
        Assert.Equal([(0, "first"), (0, "third"), (1, "second")], lines.Order());
        Assert.Equal(3, _activity.LinesSent);
    }

    [Theory]
    [InlineData("two", "two")]
    [InlineData("stack:shop", "three")]
    [InlineData("service:shop/web", "three")]
    [InlineData("label:tier=front", "three")]
    [InlineData("label:tier", "three")]
    public async Task Read_OnlySome_AreFollowed(string wanted, string name)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add("com.docker.compose.project", "shop").Add("com.docker.compose.service", "web").Add("tier", "front");
        Container two = _containers.One with { Id = ContainerId.New(), Name = "two" };
        Container three = two with { Id = ContainerId.New(), Name = "three", Spec = two.Spec with { Labels = labels } };
        foreach (var container in new[] { two, three })
        {
            _logs.Of[container.Id.Value] = [At(1, container.Name)];
            await _containers.Changes.Writer.WriteAsync(new(container.Id, container));
        }

        var (sources, lines) = await ReadAsync(new([wanted]), lines: 1);

        Assert.Equal([name], sources);
        Assert.Equal([(0, name)], lines);
    }

    [Fact]
    public async Task Read_ComingBack_EachGoesOnBehindItsLast()
    {
        _logs.Of[_containers.One.Id.Value] = [At(1, "x")];

        await ReadAsync(new(After: new() { [_containers.One.Id.Value] = "3:4096" }), lines: 1);

        Assert.Equal((new LogPosition(3, 4096), null, 5000), (_logs.Asked!.After, _logs.Asked.Tail, _logs.Asked.SkipBeyond));
    }

    private async Task<(string[] Sources, (int, string)[] Lines)> ReadAsync(FollowQuery query, int lines)
    {
        List<string> sources = [];
        List<(int, string)> got = [];
        using var stop = new CancellationTokenSource(Wait.Limit);
        await foreach (var push in new FollowStream(_logs, _containers, query, _activity, TimeProvider.System).ReadAsync(stop.Token))
        {
            var json = JsonSerializer.SerializeToElement(push);
            sources.AddRange(json.GetProperty("sources").EnumerateArray().Select(source => source.GetProperty("name").GetString()!));
            Assert.Equal(push.Lines.OrderBy(line => line.Line.Nanoseconds), push.Lines);
            got.AddRange(json.GetProperty("lines").EnumerateArray().Select(line => (line[0].GetInt32(), line[5].GetString()!)));
            if (got.Count >= lines)
            {
                break;
            }
        }
        return ([.. sources], [.. got]);
    }

    private static LogLine At(long nanoseconds, string text) => new(new(1, nanoseconds), nanoseconds, OutputStream.Stdout, false, text);

    /// <summary>Each log is one batch; then nothing comes.</summary>
    private sealed class Lines : ILogs
    {
        public Dictionary<string, ImmutableArray<LogLine>> Of { get; } = [];
        public LogQuery? Asked { get; private set; }

        public async IAsyncEnumerable<LogBatch> ReadAsync(string idOrName, LogQuery query, [EnumeratorCancellation] CancellationToken stop = default)
        {
            Asked = query;
            if (!Of.TryGetValue(idOrName, out var lines))
            {
                throw EngineException.NotFound("It was removed.");
            }
            yield return new(lines, 0);
            await Task.Delay(Timeout.Infinite, stop);
        }

        public Task CopyAsync(string idOrName, LogQuery query, LogStyle style, Stream destination, CancellationToken stop = default) => throw new NotSupportedException();
    }
}
