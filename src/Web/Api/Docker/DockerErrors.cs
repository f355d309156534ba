using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Stacks;

namespace Brig.Web.Api.Docker;

/// <summary><c>{"message": …}</c> with the status that Docker has for it.</summary>
internal sealed class DockerErrors(RequestDelegate next, ILogger<DockerErrors> log) : LastAnswer(next, log)
{
    protected override bool HasBegun(HttpContext http) => base.HasBegun(http) || Hijack.IsTaken(http);

    protected override void SetHeaders(IHeaderDictionary headers) => ApiVersion.Announce(headers);

    protected override (int Status, string Sentence)? Own(Exception e) => e switch
    {
        DockerException docker => (docker.Status, docker.Message),
        JsonException json => (StatusCodes.Status400BadRequest, BadRequests.Sentence(json)),
        _ => null,
    };

    /// <summary>Docker knows no 405.</summary>
    protected override Task FillAsync(HttpContext http) => http.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed
        ? TellAsync(http, StatusCodes.Status404NotFound, "page not found") : Task.CompletedTask;

    /// <summary>A body that was not read to its end is not read any more: the connection ends with the answer.</summary>
    protected override Task TellAsync(HttpContext http, int status, string sentence, TextPlace? place = null) => TellAsync(http, status, sentence);

    public static Task TellAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        return status == StatusCodes.Status304NotModified || HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask   // neither may have a body
            : http.Response.WriteAsJsonAsync(new DockerError(TerminalText.Of(message)), DockerJson.Of<DockerError>(), "application/json", http.RequestAborted);
    }
}
