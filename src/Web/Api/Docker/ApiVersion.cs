using System.Globalization;
using System.Runtime.InteropServices;
using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>Of Docker's API, as <c>1.41</c>: what a client writes before each path, and what changes some answers.</summary>
internal readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    public static readonly ApiVersion Least = new(1, 24);
    public static readonly ApiVersion Most = new(1, 47);

    /// <summary>skopeo, buildah and whatever else copies by <c>docker-daemon:</c> say this version, whatever the server has (containers/image before 5.28). Archives of images are all that they ask for, and are the same since.</summary>
    private static readonly ApiVersion LeastOfArchives = new(1, 22);

    /// <summary>Of the daemon whose behaviour ours is, as clients read it.</summary>
    public const string Server = "27.5.1";

    /// <summary>Of this request; the newest for one without a version in its path.</summary>
    public static ApiVersion Of(HttpContext http) => http.Items.TryGetValue(typeof(ApiVersion), out object? version) ? (ApiVersion)version! : Most;

    public bool IsBefore(int major, int minor) => CompareTo(new(major, minor)) < 0;

    public int CompareTo(ApiVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>On every answer, errors too: clients choose their version by it.</summary>
    public static void Announce(IHeaderDictionary headers)
    {
        headers["Api-Version"] = Most.ToString();
        headers["Docker-Experimental"] = "false";
        headers["Ostype"] = "linux";
        headers.Server = $"Docker/{Server} (linux)";
    }

    /// <summary>The machine's, in Docker's words (Go's GOARCH).</summary>
    public static string Architecture => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    /// <param name="path">Without a version.</param>
    public static ApiVersion LeastFor(PathString path) =>
        path.StartsWithSegments("/images", out var rest) && rest.Value is "/load" or "/get" || rest.Value?.EndsWith("/get", StringComparison.Ordinal) == true ? LeastOfArchives : Least;

    /// <summary><c>/v1.41/info</c>: takes the version off, or tells that it is none of ours.</summary>
    public static bool TryTake(ref PathString path, out ApiVersion version)
    {
        version = Most;
        string text = path.Value ?? "";
        int end = text.IndexOf('/', Math.Min(1, text.Length));
        if (!text.StartsWith("/v", StringComparison.Ordinal) || end < 0 || text[2..end].Split('.') is not [var major, var minor]
            || !int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out int one) || !int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out int two))
        {
            return false;
        }
        (version, path) = (new(one, two), text[end..]);
        return true;
    }
}

internal static class ApiVersionMiddleware
{
    /// <summary>Before the routing: the routes are written without a version.</summary>
    public static void UseApiVersion(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        ApiVersion.Announce(http.Response.Headers);
        var path = http.Request.Path;
        if (ApiVersion.TryTake(ref path, out var version))
        {
            if (version.CompareTo(ApiVersion.Most) > 0)
            {
                throw EngineException.Invalid($"client version {version} is too new. Maximum supported API version is {ApiVersion.Most}");
            }
            if (version.CompareTo(ApiVersion.LeastFor(path)) < 0)
            {
                throw EngineException.Invalid($"client version {version} is too old. Minimum supported API version is {ApiVersion.Least}, please upgrade your client to a newer version");
            }
            (http.Request.Path, http.Items[typeof(ApiVersion)]) = (path, version);
        }
        return next(http);
    });
}
