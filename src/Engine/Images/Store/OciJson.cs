using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brig.Engine.Images;

internal static class MediaTypes
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json", OciIndex = "application/vnd.oci.image.index.v1+json",
        OciConfig = "application/vnd.oci.image.config.v1+json", OciLayer = "application/vnd.oci.image.layer.v1.tar",
        DockerManifest = "application/vnd.docker.distribution.manifest.v2+json", DockerList = "application/vnd.docker.distribution.manifest.list.v2+json",
        DockerSchema1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    public static string Layer(Packing packing) => packing switch { Packing.Gzip => OciLayer + "+gzip", Packing.Zstd => OciLayer + "+zstd", _ => OciLayer };
}

/// <param name="Digest"><c>sha256:…</c></param>
/// <param name="Platform">Of an index's entry: os/architecture[/variant].</param>
internal sealed record Descriptor(string MediaType, string Digest, long Size, string? Platform = null, string? RefName = null)
{
    public string Hex => Digest["sha256:".Length..];

    public JsonObject ToJson() => new() { ["mediaType"] = MediaType, ["digest"] = Digest, ["size"] = Size };
}

/// <summary>A manifest: of one image, or an index of several.</summary>
internal sealed record OciManifest(string MediaType, Descriptor? Config, ImmutableArray<Descriptor> Layers, ImmutableArray<Descriptor> Manifests)
{
    public const int Largest = 4 << 20;

    /// <param name="mediaType">As its descriptor or the registry said; the document's own word goes before it.</param>
    /// <exception cref="EngineException">Invalid: not what the specification says.</exception>
    public static OciManifest Parse(ReadOnlySpan<byte> json, string? mediaType = null)
    {
        try
        {
            var root = JsonNode.Parse(json, null, new JsonDocumentOptions { MaxDepth = 32 }) as JsonObject ?? throw Wrong("it is no object");
            if ((int?)root["schemaVersion"] == 1)
            {
                throw EngineException.Invalid("The image's manifest is of Docker's schema 1, which was given up in 2017; whoever publishes it must push it anew.");
            }
            string type = (string?)root["mediaType"] ?? mediaType ?? (root.ContainsKey("manifests") ? MediaTypes.OciIndex : MediaTypes.OciManifest);
            if (root["manifests"] is JsonArray manifests)
            {
                return new(type, null, [], [.. manifests.Select(Descriptor)]);
            }
            return new(
                type, Descriptor(root["config"]), [.. (root["layers"] as JsonArray ?? throw Wrong("it has no layers")).Select(Descriptor)], []);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw Wrong(e.Message);
        }
    }

    public static byte[] Write(Descriptor config, IEnumerable<Descriptor> layers) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.OciManifest,
        ["config"] = config.ToJson(),
        ["layers"] = new JsonArray([.. layers.Select(layer => layer.ToJson())]),
    }.ToJsonString());

    private static Descriptor Descriptor(JsonNode? node)
    {
        var descriptor = node as JsonObject ?? throw Wrong("a descriptor is missing");
        string digest = (string?)descriptor["digest"] ?? "";
        if (!ImageName.IsDigest(digest))
        {
            throw Wrong($"\"{Text.Short(digest)}\" is not a sha256 digest");
        }
        long size = (long?)descriptor["size"] ?? -1;
        string? platform = descriptor["platform"] is JsonObject p
            ? $"{(string?)p["os"]}/{(string?)p["architecture"]}{((string?)p["variant"] is { Length: > 0 } variant ? "/" + variant : "")}"
            : null;
        string? name = descriptor["annotations"] is JsonObject notes ? (string?)notes["io.containerd.image.name"] ?? (string?)notes["org.opencontainers.image.ref.name"] : null;
        return size >= 0 ? new((string?)descriptor["mediaType"] ?? "", digest, size, platform, name) : throw Wrong($"the size of {digest} is missing");
    }

    private static EngineException Wrong(string why) => EngineException.Invalid($"The image's manifest is not what the specification says: {why}.");
}

/// <summary>The configuration blob of an image (image-spec, config.md).</summary>
internal sealed record OciConfig
{
    public ImageConfig Config { get; init; } = new();
    public string Architecture { get; init; } = "amd64";
    public string Os { get; init; } = "linux";
    public string? Author { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public ImmutableArray<ImageHistory> History { get; init; } = [];

    /// <summary><c>sha256:…</c>, lowest first.</summary>
    public required ImmutableArray<string> DiffIds { get; init; }

    /// <exception cref="EngineException">Invalid.</exception>
    public static OciConfig Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var root = JsonNode.Parse(json, null, new JsonDocumentOptions { MaxDepth = 32 }) as JsonObject ?? throw Wrong("it is no object");
            var diffIds = Strings(root["rootfs"]?["diff_ids"]);
            if (diffIds.FirstOrDefault(diff => !ImageName.IsDigest(diff)) is { } bad)
            {
                throw Wrong($"\"{Text.Short(bad)}\" is not a sha256 digest");
            }
            var config = root["config"] as JsonObject;
            return new()
            {
                Config = config is null ? new() : Read(config),
                Architecture = (string?)root["architecture"] ?? "amd64",
                Os = (string?)root["os"] ?? "linux",
                Author = (string?)root["author"],
                CreatedAt = Time(root["created"]),
                History = root["history"] is JsonArray history ? [.. history.OfType<JsonObject>().Select(Step)] : [],
                DiffIds = diffIds,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw Wrong(e.Message);
        }
    }

    /// <summary>The same bytes for the same values.</summary>
    public byte[] Write() => Encoding.UTF8.GetBytes(Without(new JsonObject
    {
        ["created"] = CreatedAt is { } at ? Rfc(at) : null,
        ["author"] = Author,
        ["architecture"] = Architecture,
        ["os"] = Os,
        ["config"] = Without(new JsonObject
        {
            ["User"] = Config.User,
            ["ExposedPorts"] = Set(Config.ExposedPorts),
            ["Env"] = Array(Config.Env),
            ["Entrypoint"] = Array(Config.Entrypoint),
            ["Cmd"] = Array(Config.Command),
            ["Volumes"] = Set(Config.Volumes),
            ["WorkingDir"] = Config.WorkingDir,
            ["Labels"] = Config.Labels.IsEmpty ? null : new JsonObject(Config.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
            ["StopSignal"] = Config.StopSignal,
            ["OnBuild"] = Array(Config.OnBuild),
            ["Shell"] = Array(Config.Shell),
            ["Healthcheck"] = Config.Healthcheck is { } check ? Without(new JsonObject
            {
                ["Test"] = Array(check.Test), ["Interval"] = Nanoseconds(check.Interval), ["Timeout"] = Nanoseconds(check.Timeout),
                ["StartPeriod"] = Nanoseconds(check.StartPeriod), ["StartInterval"] = Nanoseconds(check.StartInterval), ["Retries"] = check.Retries,
            }) : null,
        }),
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. DiffIds.Select(diff => JsonValue.Create(diff))]) },
        ["history"] = new JsonArray([.. History.Select(step => Without(new JsonObject
        {
            ["created"] = step.CreatedAt is { } at ? Rfc(at) : null, ["created_by"] = step.CreatedBy, ["author"] = step.Author, ["comment"] = step.Comment,
            ["empty_layer"] = step.EmptyLayer ? true : null,
        }))]),
    }).ToJsonString());

    private static ImageConfig Read(JsonObject config) => new()
    {
        Entrypoint = Strings(config["Entrypoint"]),
        Command = Strings(config["Cmd"]),
        Env = Strings(config["Env"]),
        WorkingDir = Some(config["WorkingDir"]),
        User = Some(config["User"]),
        StopSignal = Some(config["StopSignal"]),
        Labels = config["Labels"] is JsonObject labels ? labels.ToImmutableDictionary(l => l.Key, l => (string?)l.Value ?? "") : ImmutableDictionary<string, string>.Empty,
        ExposedPorts = config["ExposedPorts"] is JsonObject ports ? [.. ports.Select(port => port.Key)] : [],
        Volumes = config["Volumes"] is JsonObject volumes ? [.. volumes.Select(volume => volume.Key)] : [],
        OnBuild = Strings(config["OnBuild"]),
        Shell = Strings(config["Shell"]),
        Healthcheck = config["Healthcheck"] is JsonObject check
            ? new(Strings(check["Test"]), Span(check["Interval"]), Span(check["Timeout"]), Span(check["StartPeriod"]), (int?)check["Retries"], Span(check["StartInterval"]))
            : null,
    };

    private static ImageHistory Step(JsonObject step) =>
        new(Time(step["created"]), (string?)step["created_by"], (string?)step["author"], (string?)step["comment"], (bool?)step["empty_layer"] ?? false);

    /// <summary>Go writes year 1 where it means nothing, and nanoseconds, which are cut off here.</summary>
    private static DateTimeOffset? Time(JsonNode? node) =>
        (string?)node is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1 ? time : null;

    private static string Rfc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
    private static string? Some(JsonNode? node) => (string?)node is { Length: > 0 } text ? text : null;
    private static ImmutableArray<string> Strings(JsonNode? node) => node is JsonArray array ? [.. array.Select(item => (string?)item ?? "")] : [];
    private static TimeSpan? Span(JsonNode? node) => (long?)node is { } nanoseconds and > 0 ? TimeSpan.FromTicks(nanoseconds / 100) : null;
    private static JsonNode? Nanoseconds(TimeSpan? span) => span is { } time ? time.Ticks * 100 : null;
    private static JsonArray? Array(ImmutableArray<string> strings) => strings.IsEmpty ? null : new JsonArray([.. strings.Select(s => JsonValue.Create(s))]);
    private static JsonObject? Set(ImmutableArray<string> keys) => keys.IsEmpty ? null : new JsonObject(keys.Order(StringComparer.Ordinal).Select(key => KeyValuePair.Create(key, (JsonNode?)new JsonObject())));

    private static JsonObject Without(JsonObject json)
    {
        foreach (string key in json.Where(pair => pair.Value is null).Select(pair => pair.Key).ToArray())
        {
            json.Remove(key);
        }
        return json;
    }

    private static EngineException Wrong(string why) => EngineException.Invalid($"The image's configuration is not what the specification says: {why}.");
}
