using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Brig.Web.Api;

/// <summary>An answer that goes on until somebody has enough.</summary>
internal static class OpenEnded
{
    public const string JsonLines = "application/x-ndjson";
    public const string PlainText = "text/plain; charset=utf-8";

    /// <summary>Sends the headers at once, so that a client knows it is connected before the first line, and lets it read as slowly as it likes.</summary>
    public static IResult Answer(string contentType, Func<Stream, CancellationToken, Task> write) => new Result(contentType, write);

    private sealed class Result(string contentType, Func<Stream, CancellationToken, Task> write) : IResult
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
                await write(response.Body, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // the normal end
            }
        }
    }
}
