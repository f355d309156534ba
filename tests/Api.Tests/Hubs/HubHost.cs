using Brig.Api.Tests.Support;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Isolation;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;
using Brig.Tests;
using Brig.Web;
using Brig.Web.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Hubs;

/// <summary>The real application on a port of its own, over an engine that a test moves by hand.</summary>
internal sealed class HubHost : IAsyncDisposable
{
    public const string Token = "a-token-for-hub-tests";

    private readonly TempFolder _temp = new("brig-hub-");
    private WebApplication? _app;

    public HandMetrics Metrics { get; } = new();
    public HandEvents Events { get; } = new();
    public HandDenials Denials { get; } = new();
    public HandLogs Logs { get; } = new();
    public Brig.Web.Tests.Fakes.FakeLogSearch Search { get; } = new();
    public HandContainers Containers { get; } = new();

    public Uri Hub => new(new Uri(_app!.Urls.First()), "/hubs/live");

    public static async Task<HubHost> StartAsync()
    {
        var host = new HubHost();
        var options = new BrigOptions
        {
            Engine = new EngineOptions { Root = Path.Combine(host._temp.Path, "root"), Run = Path.Combine(host._temp.Path, "run") },
            Urls = [new("http://127.0.0.1:0")],
            Token = Token,
        };
        host._app = BrigApp.Create(options, [], services => services
            .AddSingleton<IEngineStatus>(new ReadyEngine())
            .AddSingleton(options.Engine)
            .AddSingleton<IImages>(new Support.FakeImages())
            .AddSingleton<Brig.Engine.Tasks.ITasks, Support.FakeTasks>()
            .AddSingleton<Brig.Engine.Images.Registry.IRegistries, Support.FakeRegistries>()
            .AddSingleton<Brig.Engine.Volumes.IVolumes, Brig.Web.Tests.Fakes.FakeVolumes>()
            .AddSingleton<Brig.Engine.Volumes.IVolumeFiles, Brig.Web.Tests.Fakes.FakeVolumes>()
            .AddSingleton<Brig.Engine.Build.ICommits, Support.FakeCommits>()
            .AddSingleton<Brig.Engine.Build.IBuilder, Support.FakeBuilder>()
            .AddSingleton<Brig.Engine.Images.Contents.IImageContents, Support.FakeContents>()
            .AddSingleton<Brig.Engine.Containers.Files.IContainerFiles, Support.FakeContainerFiles>()
            .AddSingleton<Brig.Engine.Sizing.ISizing, Brig.Web.Tests.Fakes.FakeSizing>()
            .AddSingleton<Brig.Engine.PostMortems.IPostMortems, Brig.Web.Tests.Fakes.FakePostMortems>()
            .AddSingleton<Brig.Engine.Health.IHealth, Support.FakeHealth>()
            .AddSingleton<Brig.Engine.Stacks.IStacks, Support.FakeStacks>()
            .AddSingleton<Brig.Engine.Pods.IPods, Support.FakePods>()
            .AddSingleton<Brig.Engine.Networks.INetworks, Support.FakeNetworks>()
            .AddSingleton<Brig.Engine.Networks.Probing.INetworkProbes, Support.FakeProbes>()
            .AddSingleton<Support.FakeIsolation>()
            .AddSingleton<IIsolation>(all => all.GetRequiredService<Support.FakeIsolation>())
            .AddSingleton<IRecordings>(all => all.GetRequiredService<Support.FakeIsolation>())
            .AddSingleton<IMetrics>(host.Metrics)
            .AddSingleton<Brig.Engine.Alerts.IAlerts, Brig.Web.Tests.Fakes.FakeAlerts>()
            .AddSingleton<Brig.Engine.History.IHistory, Brig.Web.Tests.Fakes.FakeHistory>()
            .AddSingleton<Brig.Engine.Metrics.ICounters, Support.FakeCounters>()
            .AddSingleton<IEvents>(host.Events)
            .AddSingleton<IDenials>(host.Denials)
            .AddSingleton<ILogs>(host.Logs)
            .AddSingleton<Brig.Engine.Logs.Search.ILogSearch>(host.Search)
            .AddSingleton<IContainers>(host.Containers)
            .AddSingleton(RealSettings.In));
        try
        {
            await host._app.StartAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public Task<HubClient> ConnectAsync() => HubClient.ConnectAsync(Hub, ("Authorization", "Bearer " + Token));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _app!.StopAsync();
            await _app.DisposeAsync();
        }
        finally
        {
            _temp.Dispose();
        }
    }
}

internal sealed class ReadyEngine : IEngineStatus
{
    public string? WaitingFor => null;
    public Task Ready => Task.CompletedTask;
}
