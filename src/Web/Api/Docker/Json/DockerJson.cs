using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Brig.Web.Api.Docker;

/// <summary>
/// Docker's JSON, with the habits of Go's encoder that clients count on: names as they are written, read in any case; null where a value is expected is that value's zero; what nobody knows is skipped.
/// Each chapter has its own context, named here.
/// </summary>
internal static class DockerJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = JsonTypeInfoResolver.Combine(SystemJson.Default, NetworksJson.Default, VolumesJson.Default, DiskJson.Default, StreamsJson.Default, ContainersJson.Default, ExecJson.Default, ImagesJson.Default),
    };

    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>200, or another status, with this value.</summary>
    public static IResult Answer<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, Of<T>(), contentType: "application/json", statusCode: status);
}

[JsonSerializable(typeof(DockerError))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(DockerEvent))]
[JsonSerializable(typeof(InfoAnswer))]
internal sealed partial class SystemJson : JsonSerializerContext;

internal sealed record DockerError([property: JsonPropertyName("message")] string Message);
