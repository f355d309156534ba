using Brig.Web.Api;

namespace Brig.Web;

/// <summary>Somebody who opens an address that no page has is told so by a page, with the ways on; a missing file stays an empty 404.</summary>
internal static class WrongAddress
{
    public const string Page = "/-/nowhere";

    /// <summary>Before the routing, and behind what takes the hidden path off.</summary>
    public static IApplicationBuilder UseWrongAddressPage(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        await next(http);
        if (http.Response is not { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentType: null } || !IsPerson(http.Request))
        {
            return;
        }
        var path = http.Request.Path;
        (http.Request.Path, http.Request.RouteValues) = (Page, []);
        http.SetEndpoint(null);
        try
        {
            await next(http);   // the status stays
        }
        finally
        {
            http.Request.Path = path;
        }
    });

    private static bool IsPerson(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !ProgramPaths.Has(request.Path) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
