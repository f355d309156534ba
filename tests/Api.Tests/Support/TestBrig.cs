using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;
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
    public FakeImages Images => (FakeImages)Services.GetRequiredService<IImages>();
    public FakeEvents Events => (FakeEvents)Services.GetRequiredService<IEvents>();
    public FakeMetrics Metrics => (FakeMetrics)Services.GetRequiredService<IMetrics>();
    public FakeLogs Logs => (FakeLogs)Services.GetRequiredService<ILogs>();
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
            Token = Token,
        };
        var app = BrigApp.Create(change?.Invoke(options) ?? options, [], services => services
            .AddSingleton(options.Engine)
            .AddSingleton<IContainers, FakeContainers>()
            .AddSingleton<IImages, FakeImages>()
            .AddSingleton<IEvents, FakeEvents>()
            .AddSingleton<IMetrics, FakeMetrics>()
            .AddSingleton<ILogs, FakeLogs>()
            .AddSingleton<IEngineStatus, FakeStatus>()
            .AddSingleton(RealSettings.In));
        await app.StartAsync();
        return new TestBrig(app, home is null ? folder : null);
    }

    /// <summary>Neither token nor cookies nor following of redirects.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Url };

    public string NewLoginPath() => $"/login?token={Services.GetRequiredService<LoginLinks>().NewToken()}";

    /// <summary>Logs in by a new link, as a browser does.</summary>
    /// <returns>The cookie as <c>name=value</c>.</returns>
    public async Task<string> LogInAsync()
    {
        using var http = NewClient();
        using var answer = await http.GetAsync(new Uri(NewLoginPath(), UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    public async Task<Answer> SendAsync(string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }
        using var response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownHome is not null && Directory.Exists(_ownHome))
        {
            Directory.Delete(_ownHome, recursive: true);
        }
    }
}
