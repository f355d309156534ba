using System.Collections.Immutable;
using System.Text;
using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Tasks;
using Microsoft.AspNetCore.Mvc;

namespace Brig.Web.Api;

/// <summary>A build answers with a task, as a pull does.</summary>
internal static class BuildRoutes
{
    /// <summary>A Dockerfile that comes as text is read whole.</summary>
    private const int LargestText = 10 << 20;

    public static void MapBuilds(this IEndpointRouteBuilder api)
    {
        var builds = api.MapGroup("/images/-/build").WithTags("images");
        builds.MapPost("/", StartAsync).Accepts<Stream>("application/x-tar", "application/gzip", "application/zstd", "text/plain").Produces<EngineTask>(StatusCodes.Status202Accepted)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .As("BuildImage", "Begins to build an image from the context in the body (a tar; plain, gzip or zstd), or from the Dockerfile that the body is (text/plain). Its task's result is the digest. "
                + "tag, arg and label (NAME=value): several times for several; dockerfile: its path in the context; target: a stage; network: default, RUN is on the network of containers that name none (and so it is where nothing is said and there is one); none, it reaches nothing but itself; host, it has the machine's own, its services too. "
                + "The header Brig-Build-Secret, several times for several: id=value in base64, for RUN --mount=type=secret.");
        builds.MapGet("/cache", (IBuilder builder) => builder.CacheUsage())
            .As("BuildCache", "What is kept of earlier builds' steps.");
        builds.MapDelete("/cache", async (IBuilder builder, CancellationToken stop) => new FreedBytes(await builder.PruneCacheAsync(stop)))
            .As("PruneBuildCache", "Forgets earlier builds' steps; layers that no image has go.");
    }

    private static async Task<IResult> StartAsync(
        HttpRequest http, IBuilder builder, CancellationToken stop, [FromQuery] string[]? tag = null, [FromQuery] string[]? arg = null, [FromQuery] string[]? label = null,
        [FromHeader(Name = "Brig-Build-Secret")] string[]? secret = null, string dockerfile = "Dockerfile", string? target = null, bool noCache = false, bool pull = false, string? network = null)
    {
        bool isText = http.ContentType?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) ?? false;
        var request = new BuildRequest
        {
            Dockerfile = isText ? await TextAsync(http.Body, stop) : null,
            DockerfilePath = dockerfile,
            Tags = [.. tag ?? []],
            Target = target,
            Arguments = Pairs("arg", arg),
            Labels = Pairs("label", label),
            NoCache = noCache,
            Pull = pull,
            Network = Network(network),
            HostNetwork = network == "host",
            Secrets = Secrets(secret),
        };
        var task = await builder.StartAsync(request, isText ? null : http.Body, stop);
        return TypedResults.Accepted($"/api/v1/tasks/{task.Id}", task);
    }

    private static bool? Network(string? asked) => asked?.ToLowerInvariant() switch
    {
        null or "" => null,
        "true" or "default" or "host" => true,
        "none" or "false" => false,
        _ => throw EngineException.Invalid($"The network \"{asked}\" is not known; a build takes default, none or host."),
    };

    /// <summary>In a header, because addresses are logged.</summary>
    private static ImmutableDictionary<string, string> Secrets(string[]? secrets)
    {
        try
        {
            return Pairs("Brig-Build-Secret", secrets).ToImmutableDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(Convert.FromBase64String(pair.Value)));
        }
        catch (FormatException)
        {
            throw EngineException.Invalid("A Brig-Build-Secret must be id=value, the value in base64.");
        }
    }

    private static ImmutableDictionary<string, string> Pairs(string what, string[]? pairs)
    {
        var all = ImmutableDictionary<string, string>.Empty;
        foreach (string pair in pairs ?? [])
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            all = equals > 0 ? all.SetItem(pair[..equals], pair[(equals + 1)..]) : throw EngineException.Invalid($"\"{what}\" must be NAME=value.");
        }
        return all;
    }

    private static async Task<string> TextAsync(Stream body, CancellationToken stop)
    {
        var text = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, stop)) > 0;)
        {
            text.Write(buffer, 0, read);
            if (text.Length > LargestText)
            {
                throw EngineException.Invalid($"The Dockerfile is larger than {LargestText} bytes; a context is sent as application/x-tar.");
            }
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}

/// <param name="Freed">Of the disk.</param>
internal sealed record FreedBytes(long Freed);
