using Brig.Engine;

namespace Brig.Web;

internal static class HealthRoute
{
    /// <summary>200 <c>ok</c> once the engine has reconciled; before that 503 and what it still does.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/healthz", (IServiceProvider services) => services.GetService<IEngineStatus>()?.WaitingFor is { } wait
                ? Results.Text($"not ready: {wait}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ok\n"))
            .AllowAnonymous().ExcludeFromDescription();
}
