using Brig.Engine;
using Brig.Web.Api;

namespace Brig.Web;

/// <summary>The server listens before the engine has reconciled, and says so.</summary>
internal static class Readiness
{
    private const string Health = "/healthz";

    /// <summary>200 <c>ok</c> once the engine has reconciled, and behind it what is less than it should be; before that 503 and what it still does.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Health, (IEngineStatus engine) => engine.WaitingFor is { } wait
                ? Results.Text($"not ready: {wait}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text(engine.HistoryStopped is { } stopped ? $"ok\nno metrics history: {stopped}\n" : "ok\n"))
            .AllowAnonymous().ExcludeFromDescription();

    /// <summary>503 for everything else until then.</summary>
    public static IApplicationBuilder UseReadyGate(this IApplicationBuilder app)
    {
        var engine = app.ApplicationServices.GetRequiredService<IEngineStatus>();
        return app.Use((http, next) =>
        {
            if (engine.WaitingFor is not { } wait || http.Request.Path == Health)
            {
                return next(http);
            }
            http.Response.Headers.RetryAfter = "1";
            return Problems.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, $"Brig starts and is not ready yet: {wait}.");
        });
    }
}
