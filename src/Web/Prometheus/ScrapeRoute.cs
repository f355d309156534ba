using System.Buffers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Brig.Web.Prometheus;

/// <summary><c>/metrics</c>: where Prometheus looks unless it is told otherwise. Wants the token, as everything a program calls.</summary>
internal static class ScrapeRoute
{
    private const string Plain = "text/plain; version=0.0.4; charset=utf-8", OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>The last scrape's buffer, as large as the next will need it.</summary>
    private static ArrayBufferWriter<byte>? s_spare;

    public static IServiceCollection AddScrape(this IServiceCollection services) => services.AddSingleton<EngineFamilies>().AddSingleton<Scrape>();

    public static void MapScrape(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", AnswerAsync).ExcludeFromDescription(); // not JSON, not /api/v1; docs/metrics.md describes it

    private static async Task AnswerAsync(HttpContext http, Scrape scrape, [FromQuery] string[]? label)
    {
        bool open = Prefers(http.Request.GetTypedHeaders().Accept);
        var text = Interlocked.Exchange(ref s_spare, null) ?? new ArrayBufferWriter<byte>(64 * 1024);
        scrape.Write(text, open, label ?? []); // whole, before the first byte is sent: what is wrong is a problem, never half a text
        http.Response.ContentType = open ? OpenMetrics : Plain;
        http.Response.ContentLength = text.WrittenCount;
        await http.Response.Body.WriteAsync(text.WrittenMemory, http.RequestAborted);
        text.ResetWrittenCount();
        s_spare = text;
    }

    /// <summary>A scraper that likes both as well gets the newer.</summary>
    private static bool Prefers(IList<MediaTypeHeaderValue> accepted)
    {
        double open = Quality("application/openmetrics-text");
        return open > 0 && open >= Quality("text/plain");

        double Quality(string type) => accepted.Where(each => each.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Max(each => (double?)(each.Quality ?? 1)) ?? 0;
    }
}
