using Brig.Engine;
using Brig.Engine.Stacks;

namespace Brig.Web.Api;

/// <summary>A problem with one sentence. Pages keep ASP.NET's own empty answers.</summary>
internal sealed class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> log) : LastAnswer(next, log)
{
    protected override void SetHeaders(IHeaderDictionary headers) => SecurityHeaders.Set(headers);

    protected override Task TellAsync(HttpContext http, int status, string sentence, TextPlace? place = null) => Problems.WriteAsync(http, status, sentence, place);

    protected override Task FillAsync(HttpContext http) =>
        http.Response.StatusCode >= 400 && ProgramPaths.Has(http.Request.Path) ? Problems.WriteAsync(http, http.Response.StatusCode, WhyEmpty(http)) : Task.CompletedTask;

    private static string WhyEmpty(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status400BadRequest when BadQueries.Sentence(http) is { } sentence => sentence,
        StatusCodes.Status401Unauthorized => "Log in by a one-time link, or send Authorization: Bearer with Brig's token.",
        StatusCodes.Status403Forbidden => "You may not do this.",
        StatusCodes.Status404NotFound => $"There is nothing at {http.Request.Path}; /openapi/v1.json lists what there is.",
        StatusCodes.Status405MethodNotAllowed => $"{http.Request.Method} does not work on {http.Request.Path}; {http.Response.Headers.Allow} does.",
        StatusCodes.Status413PayloadTooLarge => ApiLimits.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => BodyTypes.Sentence(http),
        _ => "The request could not be answered.",
    };
}
