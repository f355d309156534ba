using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine;
using Brig.Engine.Containers;
using Microsoft.AspNetCore.Http.Features;

namespace Brig.Web.Api.Docker;

internal sealed record WaitError(string Message);

/// <summary>POST /containers/{id}/wait.</summary>
internal sealed record WaitAnswer(long StatusCode, WaitError? Error = null);

internal static class WaitRoutes
{
    /// <summary>The head of the answer goes out as soon as the container is watched: <c>docker run</c> waits before it starts.</summary>
    public static async Task WaitAsync(HttpContext http, string id, IContainers all, Stopping stopping)
    {
        var what = (ApiVersion.Of(http).IsBefore(1, 30) ? null : http.Request.Word("condition")) switch
        {
            null or "not-running" => WaitFor.NotRunning,
            "next-exit" => WaitFor.NextExit,
            "removed" => WaitFor.Removed,
            var other => throw EngineException.Invalid($"invalid condition: \"{other}\""),
        };
        using var stop = stopping.Or(http.RequestAborted);
        var ended = all.WaitAsync(all.Named(id).Id.Value, what, stop.Token);
        http.Response.ContentType = "application/json";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (!ended.IsCompleted)
        {
            await http.Response.Body.FlushAsync(stop.Token);
        }
        try
        {
            var exit = await ended;
            await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new WaitAnswer(exit.Code), DockerJson.Of<WaitAnswer>()), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            http.Abort();   // nobody is there any more, or we end before the container does
        }
    }
}
