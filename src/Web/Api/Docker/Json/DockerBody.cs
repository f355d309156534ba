using System.Text.Json;
using Brig.Engine;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Brig.Web.Api.Docker;

internal static class DockerBody
{
    /// <summary>The JSON object of a request; a missing body is an object without properties, as for Docker.</summary>
    /// <exception cref="JsonException">It is none, or a value has the wrong type.</exception>
    /// <exception cref="EngineException">Invalid: it is said to be something else than JSON.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http)
        where T : class, new()
    {
        if (http.Request.ContentLength is 0 || (http.Request.ContentLength is null && !http.Request.Headers.ContainsKey("Transfer-Encoding")))
        {
            return new T();
        }
        if (!http.Request.HasJsonContentType())
        {
            throw EngineException.Invalid($"unsupported Content-Type header ({http.Request.ContentType}): must be 'application/json'");
        }
        using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        if (NullIn(body.RootElement, null) is { } list)
        {
            throw EngineException.Invalid($"\"{list}\" may not have null in its list.");
        }
        return body.Deserialize(DockerJson.Of<T>()) ?? new T();
    }

    /// <summary>The name of the first list that has one; null: none has.</summary>
    private static string? NullIn(JsonElement element, string? name) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? name ?? "The body" : NullIn(item, name)).FirstOrDefault(found => found is not null),
        JsonValueKind.Object => element.EnumerateObject().Select(member => NullIn(member.Value, member.Name)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    /// <summary>For bodies of any length that come as slowly as whoever makes them: archives, build contexts, standard input.</summary>
    public static void Unlimited(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
