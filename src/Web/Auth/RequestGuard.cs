using Brig.Web.Api;

namespace Brig.Web.Auth;

/// <summary>What must hold before anybody is asked who they are, and what a browser's request must show beside its cookie.</summary>
internal static class RequestGuard
{
    /// <summary>Refuses a Host header nobody configured: 421.</summary>
    public static IApplicationBuilder UseHostGuard(this IApplicationBuilder app)
    {
        var allowed = app.ApplicationServices.GetRequiredService<AllowedHosts>();
        return app.Use((http, next) => allowed.Contains(http.Request.Host)
            ? next(http)
            : Problems.WriteAsync(http, StatusCodes.Status421MisdirectedRequest,
                $"This Brig does not answer to \"{http.Request.Host.Host}\"; add the name to BRIG_HOSTS if it should."));
    }

    /// <summary>Refuses what changes something, and every web socket, when another site's page sent it: 403. Runs after authentication.</summary>
    public static IApplicationBuilder UseOriginGuard(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!ChangesSomething(http))
        {
            return next(http);
        }
        string origin = http.Request.Headers.Origin.ToString();
        bool good = origin.Length == 0 ? !CameByCookie(http) : IsOwn(origin, http.Request);
        return good
            ? next(http)
            : Problems.WriteAsync(http, StatusCodes.Status403Forbidden, origin.Length == 0
                ? "A browser's request that changes something must carry its Origin; a program should send a bearer token."
                : $"A page of \"{origin}\" may not do this; only Brig's own pages may.");
    });

    private static bool ChangesSomething(HttpContext http)
    {
        string method = http.Request.Method;
        bool reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        return !reads || http.WebSockets.IsWebSocketRequest;
    }

    private static bool CameByCookie(HttpContext http) => http.User.Identity?.AuthenticationType == BrigAuth.Cookie;

    /// <summary>A proxy that ends TLS makes the page's scheme https and ours http; the other way round is an attack.</summary>
    private static bool IsOwn(string origin, HttpRequest request)
    {
        string own = request.Host.Value ?? "";
        return string.Equals(origin, "https://" + own, StringComparison.OrdinalIgnoreCase)
            || !request.IsHttps && string.Equals(origin, "http://" + own, StringComparison.OrdinalIgnoreCase);
    }
}
