using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brig.Web.Api.Docker;

/// <summary>A line of Docker's progress streams (pkg/jsonmessage): what is not said is left out.</summary>
internal sealed record ProgressMessage
{
    [JsonPropertyName("stream"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stream { get; init; }

    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    [JsonPropertyName("progressDetail"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgressDetail? ProgressDetail { get; init; }

    /// <summary>As the docker command draws it; for clients that only print.</summary>
    [JsonPropertyName("progress"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Progress { get; init; }

    [JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonPropertyName("aux"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgressResult? Aux { get; init; }

    [JsonPropertyName("errorDetail"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorDetail? ErrorDetail { get; init; }

    [JsonPropertyName("error"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    public static ProgressMessage Failure(string message, int code = 0)
    {
        string plain = TerminalText.Of(message);
        return new() { ErrorDetail = new(plain) { Code = code }, Error = plain };
    }
}

/// <summary>Bytes; 0, and left out: not known.</summary>
internal sealed record ProgressDetail
{
    [JsonPropertyName("current"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Current { get; init; }

    [JsonPropertyName("total"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Total { get; init; }
}

/// <summary>What came of it: a build's image, or what was pushed.</summary>
internal sealed record ProgressResult
{
    [JsonPropertyName("ID"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tag { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Digest { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Size { get; init; }
}

internal sealed record ErrorDetail([property: JsonPropertyName("message")] string Message)
{
    [JsonPropertyName("code"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Code { get; init; }
}

/// <summary>
/// An answer that tells how something goes. It begins with the first message: what fails before that is still an answer with a status, what fails after it is the last message.
/// </summary>
internal sealed class ProgressAnswer(HttpContext http)
{
    private static readonly byte[] s_end = "\r\n"u8.ToArray();

    public bool HasBegun { get; private set; }

    /// <summary>Waits for a client that reads slowly.</summary>
    public async ValueTask TellAsync(ProgressMessage message)
    {
        if (!HasBegun)
        {
            HasBegun = true;
            http.Response.ContentType = "application/json";
        }
        // In one piece: python's client takes each for whole lines.
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, DockerJson.Of<ProgressMessage>()), .. s_end];
        await http.Response.Body.WriteAsync(line, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    public static async Task<IResult> RunAsync(HttpContext http, Func<ProgressAnswer, Task> work)
    {
        var answer = new ProgressAnswer(http);
        Patient(http);
        try
        {
            await work(answer);
        }
        catch (Exception e) when (answer.HasBegun && e is Brig.Engine.EngineException or DockerException)
        {
            await answer.TellAsync(ProgressMessage.Failure(e.Message));
        }
        return Results.Empty;
    }

    /// <summary>The client may read as slowly as it likes.</summary>
    private static void Patient(HttpContext http)
    {
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseBodyFeature>()?.DisableBuffering();
        if (http.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
