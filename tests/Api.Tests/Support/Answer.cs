using System.Text.Json;

namespace Brig.Api.Tests.Support;

/// <summary>An answer read to its end.</summary>
internal sealed record Answer(int Status, string? Type, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The sentence of a problem; fails when it is none, or not one sentence.</summary>
    public string Problem()
    {
        Assert.Equal("application/problem+json", Type);
        Assert.Equal(Status, Json.GetProperty("status").GetInt32());
        Assert.Equal("about:blank", Json.GetProperty("type").GetString());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Assert.StartsWith("/", Json.GetProperty("instance").GetString());
        string detail = Json.GetProperty("detail").GetString()!;
        Assert.Matches("[.)]$", detail); // what the kernel refused ends in the errno's meaning, in brackets
        Assert.DoesNotContain("System.", detail);
        return detail;
    }

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        await response.Content.ReadAsStringAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(one => one.Key, one => string.Join(", ", one.Value), StringComparer.OrdinalIgnoreCase));
}
