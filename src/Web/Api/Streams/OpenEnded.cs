using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Brig.Web.Api;

/// <summary>An answer that goes on until somebody has enough.</summary>
internal static class OpenEnded
{
    public const string JsonLines = "application/x-ndjson";
    public const string PlainText = "text/plain; charset=utf-8";

    /// <summary>Sends the headers at once, so that a client knows it is connected before the first line, and lets it read as slowly as it likes.</summary>
    /// <param name="patience">How long a write may wait for the client, when it holds a place that others want: then the connection is broken off. Null: for ever.</param>
    public static IResult Answer(string contentType, Func<Stream, CancellationToken, Task> write, TimeSpan? patience = null) => new Result(contentType, write, patience);

    private sealed class Result(string contentType, Func<Stream, CancellationToken, Task> write, TimeSpan? patience) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = contentType;
            response.Headers.CacheControl = "no-store";
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            if (httpContext.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = null;
            }
            using var stop = httpContext.RequestServices.GetRequiredService<Stopping>().Or(httpContext.RequestAborted);
            try
            {
                await response.Body.FlushAsync(stop.Token);
                if (patience is { } limit)
                {
                    await using var body = new PatientStream(response.Body, limit);
                    await write(body, stop.Token);
                }
                else
                {
                    await write(response.Body, stop.Token);
                }
            }
            catch (TimeoutException)
            {
                httpContext.Abort();   // not a regular end: the client shall know that something is missing
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // the normal end
            }
        }
    }
}
