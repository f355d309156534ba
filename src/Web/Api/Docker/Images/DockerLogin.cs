using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;

namespace Brig.Web.Api.Docker;

/// <summary>Docker's AuthConfig: of POST /auth, and of the header X-Registry-Auth in base64.</summary>
internal sealed record LoginBody
{
    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    /// <summary><c>name:password</c> in base64, in place of both.</summary>
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }

    [JsonPropertyName("serveraddress")]
    public string? ServerAddress { get; init; }

    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }

    [JsonPropertyName("registrytoken")]
    public string? RegistryToken { get; init; }

    /// <summary>Null: nobody. Then the login that Brig keeps for the registry counts, if it has one.</summary>
    public RegistryLogin? ToLogin()
    {
        var (username, password) = (Some(Username), Some(Password));
        if (username is null && Some(Auth) is { } auth && Plain(auth)?.Split(':', 2) is [var name, var secret])
        {
            (username, password) = (name, secret);
        }
        return Some(RegistryToken) is { } token ? new(username, null, null, token)
            : Some(IdentityToken) is { } identity ? new(username, null, identity)
            : username is not null && password is not null ? new(username, password) : null;
    }

    private static string? Some(string? text) => text is { Length: > 0 } ? text : null;

    private static string? Plain(string base64)
    {
        byte[] bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}

/// <summary>Who the client is for a registry.</summary>
internal static class DockerLogin
{
    private const int Longest = 64 * 1024;

    /// <summary>The header X-Registry-Auth: JSON in base64, of either alphabet. As for Docker, one that cannot be read is nobody's.</summary>
    public static RegistryLogin? Of(HttpContext http) => Read<LoginBody>(http.Request.Headers["X-Registry-Auth"].ToString())?.ToLogin();

    /// <summary>The host that Docker's clients name by an address, as <c>https://index.docker.io/v1/</c>.</summary>
    public static string HostOf(string? address)
    {
        string host = address ?? "";
        int scheme = host.IndexOf("://", StringComparison.Ordinal);
        host = (scheme < 0 ? host : host[(scheme + 3)..]).Split('/')[0];
        return host is "" or "index.docker.io" or "registry-1.docker.io" or "docker.io" ? ImageName.DockerHub : host;
    }

    public static T? Read<T>(string header)
        where T : class
    {
        if (header.Length is 0 or > Longest)
        {
            return null;
        }
        try
        {
            byte[] json = Base64Url.DecodeFromChars(header.Replace('+', '-').Replace('/', '_').TrimEnd('='));
            return JsonSerializer.Deserialize(json, DockerJson.Of<T>());
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}
