using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Brig.Web.Hubs;

internal static class LiveHubSetup
{
    /// <summary>The most one call may carry, bytes: a paste into a terminal.</summary>
    public const int MaxMessage = 64 * 1024;

    public static IServiceCollection AddLiveHub(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MetricsEncoder>();
        services.AddSingleton<SharedTails>();
        services.AddSingleton<TerminalSessions>();
        services.AddSingleton<HubActivity>();
        services.AddSingleton<EngineErrors>(); // the filter below, and what streams use
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.None));
        services.AddSignalR().AddHubOptions<LiveHub>(hub =>
        {
            hub.MaximumReceiveMessageSize = MaxMessage + 1024; // and what is around it
            hub.KeepAliveInterval = TimeSpan.FromSeconds(5);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(30); // a tab that died is noticed after this
            hub.AddFilter<EngineErrors>();
        });
        return services;
    }

    public static HubEndpointConventionBuilder MapLiveHub(this IEndpointRouteBuilder app)
        => app.MapHub<LiveHub>(LiveHub.Path, connection => connection.CloseOnAuthenticationExpiration = true);
}
