using System.Text.Json.Serialization;
using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;

namespace Brig.Web.Api.Docker;

/// <summary>POST /auth.</summary>
/// <param name="IdentityToken">Empty: the client keeps the password.</param>
internal sealed record LoginAnswer(string IdentityToken, string Status);

/// <summary>GET /distribution/{name}/json.</summary>
internal sealed record DistributionAnswer(DescriptorAnswer Descriptor, PlatformAnswer[] Platforms);

internal sealed record DescriptorAnswer(
    [property: JsonPropertyName("mediaType")] string MediaType, [property: JsonPropertyName("digest")] string Digest, [property: JsonPropertyName("size")] long Size);

internal sealed record PlatformAnswer(
    [property: JsonPropertyName("architecture")] string Architecture, [property: JsonPropertyName("os")] string Os,
    [property: JsonPropertyName("variant"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Variant)
{
    /// <param name="platform">As linux/arm64/v8.</param>
    public static PlatformAnswer Of(string platform)
    {
        string[] parts = platform.Split('/', 3);
        return new(parts.Length > 1 ? parts[1] : "", parts[0], parts.Length > 2 ? parts[2] : null);
    }
}

/// <summary>What is asked of registries.</summary>
internal static class RegistryAnswers
{
    public static async Task<IResult> LoginAsync(HttpContext http, IRegistries registries)
    {
        var body = await DockerBody.ReadAsync<LoginBody>(http);
        string host = DockerLogin.HostOf(body.ServerAddress);
        try
        {
            await registries.CheckAsync(host, body.ToLogin() ?? throw EngineException.Invalid("A login has a username and a password, or a token."), http.RequestAborted);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            throw new DockerException(StatusCodes.Status401Unauthorized, $"unauthorized: incorrect username or password: {e.Message}");
        }
        return DockerJson.Answer(new LoginAnswer("", "Login Succeeded"));
    }

    public static async Task<IResult> FindAsync(HttpContext http, string path, IRegistries registries)
    {
        string plain = DockerImageRoutes.Plain(path);
        if (!plain.EndsWith("/json", StringComparison.Ordinal))
        {
            return Results.StatusCode(StatusCodes.Status404NotFound);
        }
        var found = await registries.FindAsync(DockerImage.Name(plain[..^"/json".Length]).ToString(), DockerLogin.Of(http), http.RequestAborted);
        return DockerJson.Answer(new DistributionAnswer(new(found.MediaType, found.Digest, found.Size), [.. found.Platforms.Select(PlatformAnswer.Of)]));
    }
}
