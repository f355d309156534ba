using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Containers;
using Brig.Engine.Images.Registry;

namespace Brig.Web.Api.Docker;

/// <summary>The parameters of POST /build. What asks for more than Brig does is refused by name; what only tunes Docker's own engine (rm, cachefrom, cgroupparent) changes nothing.</summary>
internal static class BuildParameters
{
    /// <exception cref="EngineException">Invalid.</exception>
    public static BuildRequest Read(HttpContext http, EngineOptions options)
    {
        string? remote = DockerQuery.Text(http, "remote");
        if (remote == "client-session" || DockerQuery.Text(http, "version") == "2" || DockerQuery.Text(http, "session") is not null)
        {
            throw EngineException.Invalid(DockerBuildRoutes.Classic);
        }
        Refuse(remote is not null, "Brig builds from the context that it is sent, not from an address (remote): fetch it, and send it.");
        Refuse(DockerQuery.Flag(http, "squash"), "squash is only supported with experimental mode");
        Refuse(DockerQuery.Text(http, "outputs") is { } outputs && outputs is not ("[]" or "null"), "A classic build makes an image and nothing else (outputs).");
        string network = DockerQuery.Text(http, "networkmode") ?? "default";
        Refuse(network is not ("default" or "bridge" or "none" or "host"), $"A build's network is default, none or host, not \"{network}\".");
        return new()
        {
            DockerfilePath = DockerQuery.Text(http, "dockerfile") ?? "Dockerfile",
            Tags = [.. http.Request.Query["t"].Where(tag => !string.IsNullOrEmpty(tag)).Select(tag => DockerImage.Name(tag!).ToString())],
            Target = DockerQuery.Text(http, "target"),
            Arguments = Map(http, "buildargs"),
            Labels = Map(http, "labels"),
            NoCache = DockerQuery.Flag(http, "nocache"),
            Pull = DockerQuery.Flag(http, "pull"),
            // A Brig without a default network has none to give, as a dockerd without a bridge.
            Network = network == "host" || (network != "none" && options.DefaultNetwork is not null),
            HostNetwork = network == "host",
            Platform = DockerQuery.Text(http, "platform"),
            Limits = Limits(http),
            Rlimits = Rlimits(http),
            SharedMemory = Some(http, "shmsize"),
            ExtraHosts = [.. http.Request.Query["extrahosts"].SelectMany(hosts => (hosts ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))],
            Logins = Logins(http),
        };
    }

    private static Limits Limits(HttpContext http)
    {
        long? memory = Some(http, "memory"), swap = DockerQuery.Number(http, "memswap"), quota = Some(http, "cpuquota"), shares = Some(http, "cpushares");
        return new()
        {
            Memory = memory,
            Swap = memory is { } limit && swap is { } both && both >= limit ? both - limit : null,     // Docker counts both together
            Cpus = quota is { } each ? (double)each / (Some(http, "cpuperiod") ?? 100_000) : null,
            CpuWeight = shares is { } share ? (int)Math.Clamp(share * 100 / 1024, 1, 10_000) : null,
            CpusetCpus = DockerQuery.Text(http, "cpusetcpus"),
        };
    }

    private static long? Some(HttpContext http, string key) => DockerQuery.Number(http, key) is { } number and > 0 ? number : null;

    private static ImmutableArray<RlimitSpec> Rlimits(HttpContext http)
    {
        if (DockerQuery.Text(http, "ulimits") is not { } json)
        {
            return [];
        }
        var limits = Json<BuildLimit[]>(json, "ulimits") ?? [];
        return [.. limits.Select(limit => new RlimitSpec(limit.Name ?? "", Bound(limit.Soft), Bound(limit.Hard)))];
    }

    /// <summary>−1: no limit.</summary>
    private static ulong Bound(long value) => value < 0 ? ulong.MaxValue : (ulong)value;

    /// <summary>A value of null is one that the client does not have: as if it were not there.</summary>
    private static ImmutableDictionary<string, string> Map(HttpContext http, string key) => DockerQuery.Text(http, key) is not { } json
        ? ImmutableDictionary<string, string>.Empty
        : (Json<Dictionary<string, string?>>(json, key) ?? []).Where(pair => pair.Value is not null).ToImmutableDictionary(pair => pair.Key, pair => pair.Value!);

    private static ImmutableDictionary<string, RegistryLogin> Logins(HttpContext http)
    {
        var all = ImmutableDictionary<string, RegistryLogin>.Empty;
        foreach (var (address, login) in DockerLogin.Read<Dictionary<string, LoginBody>>(http.Request.Headers["X-Registry-Config"].ToString()) ?? [])
        {
            all = login?.ToLogin() is { } known ? all.SetItem(DockerLogin.HostOf(address), known) : all;
        }
        return all;
    }

    private static T? Json<T>(string json, string key)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, DockerJson.Of<T>());
        }
        catch (JsonException e)
        {
            throw EngineException.Invalid(string.Create(CultureInfo.InvariantCulture, $"\"{key}\" is wrong: {BadRequests.Sentence(e)}"));
        }
    }

    private static void Refuse(bool asked, string why)
    {
        if (asked)
        {
            throw EngineException.Invalid(why);
        }
    }
}

/// <summary>One of the parameter ulimits.</summary>
internal sealed record BuildLimit
{
    public string? Name { get; init; }
    public long Soft { get; init; }
    public long Hard { get; init; }
}
