using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;

namespace Brig.Web.Api;

/// <summary>Says what kind of body a route takes: who sends another has met the router, which tells only that it was another.</summary>
internal static class BodyTypes
{
    public const string JsonOnly = "The body must be JSON, with Content-Type: application/json.";

    public static string Sentence(HttpContext http) => Of(http) is { Count: > 0 } types && !types.Contains("application/json")
        ? $"The body must be sent with Content-Type: {string.Join(" or ", types)}."
        : JsonOnly;

    private static IReadOnlyList<string>? Of(HttpContext http) => http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(route => route.RoutePattern.RawText is { } pattern && IsOf(http, route)
            && new TemplateMatcher(TemplateParser.Parse(pattern.TrimStart('/')), []).TryMatch(http.Request.Path, []))
        .OrderBy(route => route.Order).ThenBy(route => route.RoutePattern.InboundPrecedence)
        .FirstOrDefault()?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes;

    private static bool IsOf(HttpContext http, RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(http.Request.Method, StringComparer.OrdinalIgnoreCase) ?? false;
}
