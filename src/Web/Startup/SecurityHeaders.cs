using Microsoft.Extensions.Primitives;

namespace Brig.Web;

/// <summary>On every answer. Nothing is loaded from elsewhere, and nobody may put us in a frame.</summary>
internal static class SecurityHeaders
{
    /// <summary>Inline style attributes are Radzen's (widths, positions); inline script there is none.</summary>
    private static readonly StringValues Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; " +
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues Deny = "DENY";

    /// <summary>Not no-referrer: with it a form's own Origin is sent as "null", and the origin check would refuse logging out.</summary>
    private static readonly StringValues SameOrigin = "same-origin";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        Set(http.Response.Headers);
        return next(http);
    });

    public static void Set(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = NoSniff;
        headers.XFrameOptions = Deny;
        headers["Referrer-Policy"] = SameOrigin;
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
    }
}
