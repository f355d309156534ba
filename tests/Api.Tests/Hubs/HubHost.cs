using Brig.Api.Tests.Support;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;
using Brig.Web;
using Brig.Web.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Hubs;

/// <summary>The real application on a port of its own, over an engine that a test moves by hand.</summary>
internal sealed class HubHost : IAsyncDisposable
{
    public const string Token = "a-token-for-hub-tests";

    private readonly DirectoryInfo _temp = Directory.CreateTempSubdirectory("brig-hub-");
    private WebApplication? _app;

    public HandMetrics Metrics { get; } = new();
    public HandEvents Events { get; } = new();
    public HandLogs Logs { get; } = new();
    public HandContainers Containers { get; } = new();

    public Uri Hub => new(new Uri(_app!.Urls.First()), "/hubs/live");

    public static async Task<HubHost> StartAsync()
    {
        var host = new HubHost();
        var options = new BrigOptions
        {
            Engine = new EngineOptions { Root = Path.Combine(host._temp.FullName, "root"), Run = Path.Combine(host._temp.FullName, "run") },
            Urls = [new("http://127.0.0.1:0")],
            Token = Token,
        };
        host._app = BrigApp.Create(options, [], services => services
            .AddSingleton<IEngineStatus>(new ReadyEngine())
            .AddSingleton(options.Engine)
            .AddSingleton<IImages>(new NoImages())
            .AddSingleton<IMetrics>(host.Metrics)
            .AddSingleton<IEvents>(host.Events)
            .AddSingleton<ILogs>(host.Logs)
            .AddSingleton<IContainers>(host.Containers)
            .AddSingleton(RealSettings.In));
        await host._app.StartAsync();
        return host;
    }

    public Task<HubClient> ConnectAsync() => HubClient.ConnectAsync(Hub, ("Authorization", "Bearer " + Token));

    public async ValueTask DisposeAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _temp.Delete(recursive: true);
    }
}

internal sealed class ReadyEngine : IEngineStatus
{
    public string? WaitingFor => null;
    public Task Ready => Task.CompletedTask;
}
