using Brig.Engine;
using Brig.Engine.Stacks;

namespace Brig.Web.Api;

/// <summary>Outermost: whatever a request ends in, it gets an answer in the form of its API. What nobody expected is written down, and its client is told no more than that.</summary>
internal abstract partial class LastAnswer(RequestDelegate next, ILogger log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;   // nobody is there to be told
        }
        catch (Exception e)
        {
            await AnswerAsync(http, e);
            return;
        }
        if (!HasBegun(http) && http.Response.ContentType is null)
        {
            await FillAsync(http);
        }
    }

    /// <summary>Bytes have gone out that are no answer any more.</summary>
    protected virtual bool HasBegun(HttpContext http) => http.Response.HasStarted;

    /// <summary>What every answer carries.</summary>
    protected abstract void SetHeaders(IHeaderDictionary headers);

    protected abstract Task TellAsync(HttpContext http, int status, string sentence, TextPlace? place = null);

    /// <summary>An answer without a body, which may be meant so.</summary>
    protected abstract Task FillAsync(HttpContext http);

    /// <summary>Of errors that only this API has; null: it is none of them.</summary>
    protected virtual (int Status, string Sentence)? Own(Exception e) => null;

    private Task AnswerAsync(HttpContext http, Exception e)
    {
        if (HasBegun(http))
        {
            LogCutShort(http.Request.Method, http.Request.Path, Docker.TerminalText.Of(e.Message));
            http.Abort();   // the reader must not take half an answer for a whole one
            return Task.CompletedTask;
        }
        http.Response.Clear();
        SetHeaders(http.Response.Headers);
        switch (e)
        {
            case EngineException engine:
                return TellAsync(http, engine.Kind.ToHttpStatus(), engine.Message, engine.Place);
            case BadHttpRequestException bad:
                return TellAsync(http, bad.StatusCode, BadRequests.Sentence(bad));
            case var other when Own(other) is var (status, sentence):
                return TellAsync(http, status, sentence);
            default:
                LogUnexpected(e, http.Request.Method, http.Request.Path);
                return TellAsync(http, StatusCodes.Status500InternalServerError, "Brig met an error it did not expect; its log has the details.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception e, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} was cut short: {Reason}")]
    private partial void LogCutShort(string method, string path, string reason);
}
