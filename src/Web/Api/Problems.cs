using System.Text.Json.Serialization.Metadata;
using Brig.Engine;
using Brig.Engine.Stacks;
using Microsoft.AspNetCore.WebUtilities;

namespace Brig.Web.Api;

/// <summary>RFC 9457. <paramref name="Detail"/> is the sentence a person reads.</summary>
/// <param name="File">With <paramref name="Line"/> and <paramref name="Column"/>, from 1: where in a file of a stack it is wrong. Missing where it is about no file.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail, string Instance, string? File = null, int? Line = null, int? Column = null);

/// <summary>The one place that turns what went wrong into HTTP.</summary>
internal static class Problems
{
    private static readonly JsonTypeInfo<Problem> Json = (JsonTypeInfo<Problem>)ApiJson.Options.GetTypeInfo(typeof(Problem));

    public static int ToHttpStatus(this EngineErrorKind kind) => kind switch
    {
        EngineErrorKind.Invalid => StatusCodes.Status400BadRequest,
        EngineErrorKind.NotFound => StatusCodes.Status404NotFound,
        EngineErrorKind.Conflict => StatusCodes.Status409Conflict,
        EngineErrorKind.NotModified => StatusCodes.Status304NotModified,
        EngineErrorKind.Busy => StatusCodes.Status429TooManyRequests,
        EngineErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static Task WriteAsync(HttpContext http, int status, string detail, TextPlace? place = null)
    {
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }
        if (status == StatusCodes.Status304NotModified || HttpMethods.IsHead(http.Request.Method))
        {
            return Task.CompletedTask; // neither may have a body
        }
        var problem = new Problem("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, http.Request.Path, place?.File, place?.Line, place?.Column);
        return http.Response.WriteAsJsonAsync(problem, Json, "application/problem+json", http.RequestAborted);
    }
}
