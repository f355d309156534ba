using Brig.Engine;
using Brig.Web.Api;
using Brig.Web.Api.Docker;
using Brig.Web.Auth;
using Brig.Web.Components;
using Brig.Web.Hubs;
using Brig.Web.Options;
using Brig.Web.Prometheus;

namespace Brig.Web;

/// <summary>Puts the parts together. Tests pass an engine of their own and listen on port 0.</summary>
internal static class BrigApp
{
    /// <summary>Longest that open circuits, streams and web sockets may hold up the end.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(800);

    public static WebApplication Create(BrigOptions options, string[] args, Action<IServiceCollection> addEngine)
    {
        OwnFolders.Prepare(options);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "brig",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddBrig(args);
        builder.Logging.AddShortLogs();
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls([.. options.Urls.Select(url => url.GetLeftPart(UriPartial.Authority))]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ApiLimits.Body;
        });
        // "Unsafe" is meant for servers whose sockets' threads must never block. Here a completion is on a pool's thread already, which may; without this
        // each request and each answer goes through two more of them, and waking one takes as long as the request.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.AddOwnPortGuard();
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = Farewell;
            host.ServicesStartConcurrently = true; // so that /healthz can tell what the engine still does
        });

        builder.Services.AddSingleton(options).AddSingleton(TimeProvider.System);
        addEngine(builder.Services);
        builder.Services.AddBrigAuth(options).AddBrigApi().AddDockerApi();
        builder.Services.AddPages();
        builder.Services.AddLiveHub();
        builder.Services.AddScrape();

        var app = builder.Build();
        app.UseMiddleware<ErrorAnswers>();
        app.UseSecurityHeaders();
        app.UseHostGuard();
        app.UsePathBase(app.Services.GetRequiredService<HiddenPath>().Base);
        app.UseWrongAddressPage();
        app.UseRouting();
        app.UseReadyGate();
        app.UseWebSockets();
        app.UseAuthentication();
        app.UseSessionEnd();
        app.UseOriginGuard();
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapHealth();
        app.MapLogin();
        app.MapBrigApi();
        app.MapScrape();
        app.MapPages();
        app.MapLiveHub();
        return app;
    }

    /// <summary>Runs until SIGTERM. Containers go on.</summary>
    public static async Task<int> RunAsync(string[] args, Action<IServiceCollection, EngineOptions> addEngine)
    {
        var options = BrigOptionsReader.Read(new ConfigurationBuilder().AddBrig(args).Build());
        EngineWarmUp.Begin();
        await using var app = Create(options, args, services => addEngine(services, options.Engine));
        await app.StartAsync(); // throws what keeps the engine from working
        Console.Out.WriteLine($"Brig is ready: {app.Services.GetRequiredService<LoginAddress>().NewLink()}");
        await app.WaitForShutdownAsync();
        return 0;
    }
}
