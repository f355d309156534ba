using Brig.Engine;

namespace Brig.Web.Api;

/// <summary>Outermost: whatever a request ends in, the answer is a problem with one sentence. Pages keep ASP.NET's own empty answers.</summary>
internal sealed partial class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is there to be told
        }
        catch (Exception e)
        {
            await AnswerAsync(http, e);
            return;
        }
        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null } && ProgramPaths.Has(http.Request.Path))
        {
            await Problems.WriteAsync(http, http.Response.StatusCode, WhyEmpty(http));
        }
    }

    private Task AnswerAsync(HttpContext http, Exception e)
    {
        if (http.Response.HasStarted)
        {
            LogCutShort(http.Request.Method, http.Request.Path, e.Message);
            http.Abort(); // the reader must not take half an answer for a whole one
            return Task.CompletedTask;
        }
        http.Response.Clear();
        SecurityHeaders.Set(http.Response.Headers);
        switch (e)
        {
            case EngineException engine:
                return Problems.WriteAsync(http, engine.Kind.ToHttpStatus(), engine.Message);
            case BadHttpRequestException bad:
                return Problems.WriteAsync(http, bad.StatusCode, BadRequests.Sentence(bad));
            default:
                LogUnexpected(e, http.Request.Method, http.Request.Path);
                return Problems.WriteAsync(http, StatusCodes.Status500InternalServerError, "Brig met an error it did not expect; its log has the details.");
        }
    }

    private static string WhyEmpty(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => "Log in by a one-time link, or send Authorization: Bearer with Brig's token.",
        StatusCodes.Status403Forbidden => "You may not do this.",
        StatusCodes.Status404NotFound => $"There is nothing at {http.Request.Path}; /openapi/v1.json lists what there is.",
        StatusCodes.Status405MethodNotAllowed => $"{http.Request.Method} does not work on {http.Request.Path}; {http.Response.Headers.Allow} does.",
        StatusCodes.Status413PayloadTooLarge => ApiLimits.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => "The body must be JSON, with Content-Type: application/json.",
        _ => "The request could not be answered.",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception e, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} was cut short: {Reason}")]
    private partial void LogCutShort(string method, string path, string reason);
}
