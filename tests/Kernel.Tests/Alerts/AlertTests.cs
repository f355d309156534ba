using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Brig.Engine.Alerts;
using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Alerts;

/// <summary>Real containers, a real engine, and a webhook on loopback.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync
public sealed class AlertTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly ConcurrentQueue<JsonNode> _messages = [];
    private readonly HttpListener _listener = new();
    private EngineScene _scene = null!;
    private Task _listening = Task.CompletedTask;

    private IAlerts Alerts => _scene.Get<IAlerts>();

    public async Task InitializeAsync()
    {
        _scene = await EngineScene.StartAsync();
        string url = Listen();
        _listening = Task.Run(TakeAsync);
        await Alerts.SetTargetAsync(new() { Name = "hook", Webhook = new(url) });
    }

    public async Task DisposeAsync()
    {
        await _scene.DisposeAsync();
        _listener.Close();
        await _listening;
    }

    [Fact]
    public async Task Oom_Killed_ToldAtOnceAndOverWhenItsTimeIsOver()
    {
        var rule = await Alerts.CreateAsync(new() { Name = "memory", Event = new(AlertEvent.Oom) { Within = TimeSpan.FromSeconds(10) }, Targets = ["hook"] });
        var container = await _scene.RunAsync("exec tail /dev/zero", spec => spec with { Name = "hog", Limits = new() { Memory = 16 << 20, Swap = 0 } });
        var fired = await MessageAsync("firing");
        Assert.Equal(("hog", container.Id.Value, rule.Spec.Name), ((string)fired["name"]!, (string)fired["container"]!, (string)fired["rule"]!));
        Assert.Equal("hog ran out of memory, and the kernel killed a process of it.", (string)fired["sentence"]!);
        Assert.Contains(await _scene.Events.ListAsync(kind: "alert"), told => told.Action == "fire" && told.Subject == container.Id.Value);
        Assert.Equal((string)fired["incident"]!, (string)(await MessageAsync("resolved"))["incident"]!);
        Assert.Equal(DeliveryState.Sent, Assert.Single(Alerts.Incidents()).Deliveries[0].State);
    }

    [Fact]
    public async Task Log_LinesOfSeveralContainers_CountedForEachAlone()
    {
        await Alerts.CreateAsync(new() { Name = "errors", Log = new("^E[0-9]", Regex: true, Count: 3), Targets = ["hook"] });
        await _scene.RunAsync("echo E1; echo E2; echo fine E3; exec sleep 1000", spec => spec with { Name = "two" });
        await _scene.RunAsync("echo E1; echo E2 >&2; echo E3; exec sleep 1000", spec => spec with { Name = "three" });
        var fired = await MessageAsync("firing");
        Assert.Equal("three", (string)fired["name"]!);
        Assert.Matches("E[123]$", (string)fired["sentence"]!);     // the two streams come in any order
        Assert.Single(Alerts.Incidents());
    }

    [Fact]
    public async Task Log_OfOneThatIsGoneAtOnce_IsReadAllTheSame()
    {
        await Alerts.CreateAsync(new() { Name = "errors", Log = new("boom"), Scope = new() { Labels = ["job"] }, Targets = ["hook"] });
        await _scene.RunAsync("echo boom", spec => spec with { Name = "short", AutoRemove = true, Labels = spec.Labels.Add("job", "1") });
        Assert.Equal("short", (string)(await MessageAsync("firing"))["name"]!);
    }

    [Fact]
    public async Task Log_RuleOfToday_SaysNothingOfYesterday()
    {
        var container = await _scene.RunAsync("echo boom; while ! [ -e /go ]; do sleep 0.1; done; echo late boom; exec sleep 1000", spec => spec with { Name = "old" });
        await Wait.Until(async () => (await _scene.OutputAsync(container)).Length > 0, "the first line is there");
        await Alerts.CreateAsync(new() { Name = "errors", Log = new("boom"), Targets = ["hook"] });
        await _scene.Containers.ExecAsync(container.Id.Value, new() { Command = ["touch", "/go"] });
        Assert.EndsWith("late boom", (string)(await MessageAsync("firing"))["sentence"]!, StringComparison.Ordinal);
        Assert.Single(Alerts.Incidents());
    }

    [Fact]
    public async Task Metric_EngineIsKilledWhileItFires_NotToldTwiceAndStillOver()
    {
        await Alerts.CreateAsync(new() { Name = "pids", Metric = new("pids", AlertSide.Above, 3), Targets = ["hook"] });
        var container = await _scene.RunAsync("for i in 1 2 3 4; do sleep 1000 & done; wait", spec => spec with { Name = "many" });
        await MessageAsync("firing");
        await Wait.Until(() => Assert.Single(Alerts.Incidents()).Deliveries[0].State == DeliveryState.Sent, "it is told as sent");
        await _scene.EndAsync();
        await _scene.BeginAsync();
        await Wait.Until(() => Alerts.Rules().FirstOrDefault()?.States is [{ Stage: AlertStage.Firing, Value: > 3 }], "it is seen again");
        await _scene.Containers.RemoveAsync(container.Id.Value, force: true);
        var over = await MessageAsync("resolved");
        Assert.Contains("The container was removed.", (string)over["sentence"]!, StringComparison.Ordinal);
        Assert.Empty(_messages);    // the firing came once
    }

    [Fact]
    public async Task Preview_OfWhatHappened_SaysWhen()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var container = await _scene.RunAsync("echo ERROR one; echo ERROR two; exit 3");
        await _scene.Containers.WaitAsync(container.Id.Value);
        var spec = new AlertSpec { Name = "x", Log = new("error", Count: 2) };
        var preview = await Alerts.PreviewAsync(spec, before, TimeProvider.System.GetUtcNow());
        Assert.Equal(container.Name, Assert.Single(preview.Spans).Name);
        Assert.Empty((await Alerts.PreviewAsync(spec with { Log = new("error", Count: 3) }, before, TimeProvider.System.GetUtcNow())).Spans);
        Assert.Empty(Alerts.Rules());
    }

    private async Task<JsonNode> MessageAsync(string state)
    {
        JsonNode? message = null;
        await Wait.Until(() => _messages.TryDequeue(out message), $"a message that it is {state}", TimeSpan.FromSeconds(120));
        Assert.Equal(state, (string)message!["state"]!);
        return message;
    }

    private string Listen()
    {
        for (int port = 20_000 + Random.Shared.Next(20_000); ; port++)
        {
            try
            {
                _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
                _listener.Start();
                return $"http://127.0.0.1:{port}/";
            }
            catch (HttpListenerException)
            {
                _listener.Prefixes.Clear();     // somebody has it
            }
        }
    }

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                _messages.Enqueue((await JsonNode.ParseAsync(context.Request.InputStream))!);
                context.Response.StatusCode = 204;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
