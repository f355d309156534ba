using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Isolation;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;
using Brig.Tests;
using Brig.Web;
using Brig.Web.Auth;
using Brig.Web.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Support;

/// <summary>The whole web side on a port of its own, in this process, with an engine made of fakes.</summary>
internal sealed class TestBrig : IAsyncDisposable
{
    public const string Token = "a-token-of-the-tests";
    private readonly string? _ownHome;
    private readonly WebApplication _app;

    private TestBrig(WebApplication app, string? ownHome)
    {
        _app = app;
        _ownHome = ownHome;
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = NewClient();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public Uri Url { get; }
    public IServiceProvider Services => _app.Services;
    public FakeContainers Containers => (FakeContainers)Services.GetRequiredService<IContainers>();
    public FakeIsolation Isolation => Services.GetRequiredService<FakeIsolation>();
    public FakeImages Images => (FakeImages)Services.GetRequiredService<IImages>();
    public Brig.Web.Tests.Fakes.FakeVolumes Volumes => Services.GetRequiredService<Brig.Web.Tests.Fakes.FakeVolumes>();
    public FakeEvents Events => (FakeEvents)Services.GetRequiredService<IEvents>();
    public FakeMetrics Metrics => (FakeMetrics)Services.GetRequiredService<IMetrics>();
    public FakeLogs Logs => (FakeLogs)Services.GetRequiredService<ILogs>();
    public Brig.Web.Tests.Fakes.FakeLogSearch LogSearch => (Brig.Web.Tests.Fakes.FakeLogSearch)Services.GetRequiredService<Brig.Engine.Logs.Search.ILogSearch>();
    public FakeStatus Status => (FakeStatus)Services.GetRequiredService<IEngineStatus>();

    /// <summary>Carries the token.</summary>
    public HttpClient Http { get; }

    /// <param name="home">Where its folders are; null: new ones, deleted at the end.</param>
    public static async Task<TestBrig> StartAsync(string? home = null, Func<BrigOptions, BrigOptions>? change = null)
    {
        string folder = home ?? Directory.CreateTempSubdirectory("brig-api-").FullName;
        var options = new BrigOptions
        {
            Engine = new EngineOptions { Root = Path.Combine(folder, "root"), Run = Path.Combine(folder, "run") },
            Urls = [new("http://127.0.0.1:0")],
            DockerSocket = Path.Combine(folder, "run", "docker.sock"),
            Token = Token,
        };
        WebApplication? app = null;
        try
        {
            app = Create(change?.Invoke(options) ?? options);
            await app.StartAsync();
            return new TestBrig(app, home is null ? folder : null);
        }
        catch
        {
            await EndAsync(app, home is null ? folder : null);
            throw;
        }
    }

    private static WebApplication Create(BrigOptions options) =>
        BrigApp.Create(options, [], services => services
            .AddSingleton(options.Engine)
            .AddSingleton<EnginePaths>()
            .AddSingleton<IContainers, FakeContainers>()
            .AddSingleton<Brig.Engine.Containers.Files.IContainerFiles, FakeContainerFiles>()
            .AddSingleton<IImages, FakeImages>()
            .AddSingleton<Brig.Engine.Build.IBuilder, FakeBuilder>()
            .AddSingleton<Brig.Engine.Images.Contents.IImageContents, FakeContents>()
            .AddSingleton<Brig.Web.Tests.Fakes.FakeVolumes>()
            .AddSingleton<Brig.Engine.Volumes.IVolumes>(all => all.GetRequiredService<Brig.Web.Tests.Fakes.FakeVolumes>())
            .AddSingleton<Brig.Engine.Volumes.IVolumeFiles>(all => all.GetRequiredService<Brig.Web.Tests.Fakes.FakeVolumes>())
            .AddSingleton<Brig.Engine.Build.ICommits, FakeCommits>()
            .AddSingleton<Brig.Engine.Tasks.ITasks, FakeTasks>()
            .AddSingleton<Brig.Engine.Images.Registry.IRegistries, FakeRegistries>()
            .AddSingleton<Brig.Engine.Stacks.IStacks, FakeStacks>()
            .AddSingleton<FakePods>()
            .AddSingleton<Brig.Engine.Pods.IPods>(all => all.GetRequiredService<FakePods>())
            .AddSingleton<Brig.Engine.Networks.INetworks, FakeNetworks>()
            .AddSingleton<Brig.Engine.Networks.Probing.INetworkProbes, FakeProbes>()
            .AddSingleton<Brig.Engine.Sizing.ISizing, Brig.Web.Tests.Fakes.FakeSizing>()
            .AddSingleton<Brig.Web.Tests.Fakes.FakePostMortems>()
            .AddSingleton<Brig.Engine.PostMortems.IPostMortems>(all => all.GetRequiredService<Brig.Web.Tests.Fakes.FakePostMortems>())
            .AddSingleton<FakeHealth>()
            .AddSingleton<Brig.Engine.Health.IHealth>(all => all.GetRequiredService<FakeHealth>())
            .AddSingleton<FakeIsolation>()
            .AddSingleton<IIsolation>(all => all.GetRequiredService<FakeIsolation>())
            .AddSingleton<IRecordings>(all => all.GetRequiredService<FakeIsolation>())
            .AddSingleton<IEvents, FakeEvents>()
            .AddSingleton<IDenials, FakeDenials>()
            .AddSingleton<IMetrics, FakeMetrics>()
            .AddSingleton<Brig.Engine.Alerts.IAlerts, Brig.Web.Tests.Fakes.FakeAlerts>()
            .AddSingleton<Brig.Engine.History.IHistory, Brig.Web.Tests.Fakes.FakeHistory>()
            .AddSingleton<ICounters, FakeCounters>()
            .AddSingleton<ILogs, FakeLogs>()
            .AddSingleton<Brig.Engine.Logs.Search.ILogSearch, Brig.Web.Tests.Fakes.FakeLogSearch>()
            .AddSingleton<IEngineStatus, FakeStatus>()
            .AddSingleton(RealSettings.In));

    /// <summary>Neither token nor cookies nor following of redirects.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Url };

    public string DockerSocket => Services.GetRequiredService<BrigOptions>().DockerSocket!;

    /// <summary>Speaks to Docker's socket.</summary>
    public HttpClient NewDocker() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
            await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(DockerSocket), stop);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = new("http://docker") };

    public string HiddenPath => Services.GetRequiredService<HiddenPath>().Base;

    public string NewLoginPath() => $"/login?token={Services.GetRequiredService<LoginLinks>().NewToken()}";

    /// <summary>Logs in by a new link, as a browser does.</summary>
    /// <returns>The cookie as <c>name=value</c>.</returns>
    public async Task<string> LogInAsync()
    {
        using var http = NewClient();
        using var answer = await http.GetAsync(new Uri(NewLoginPath(), UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    public async Task<Answer> SendAsync(string method, string path, string? body = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, contentType);
        }
        using var response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await EndAsync(_app, _ownHome);
    }

    /// <param name="app">Null: it could not be made.</param>
    /// <param name="home">Null: it is the test's.</param>
    private static async Task EndAsync(WebApplication? app, string? home)
    {
        try
        {
            if (app is not null)
            {
                await app.StopAsync();
                await app.DisposeAsync();
            }
        }
        finally
        {
            if (home is not null)
            {
                await TempFolder.RemoveAsync(home);
            }
        }
    }
}
