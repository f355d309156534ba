using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Brig.Engine.Images;

/// <summary>BRIG_ROOT/images: an OCI image layout (image-spec, image-layout.md), which skopeo and others can read.</summary>
internal sealed class OciLayout(EnginePaths paths)
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json", ConfigType = "application/vnd.oci.image.config.v1+json";

    public string Blobs => paths.Images + "/blobs/sha256";

    public void Open()
    {
        Directory.CreateDirectory(Blobs);
        WriteAtomically(paths.Images + "/oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8);
    }

    /// <summary>Writes config and manifest of a one-layer image whose layer's blob is in place.</summary>
    /// <returns>The manifest's digest, <c>sha256:…</c>.</returns>
    public string AddImage(ImageConfig config, string layer, long layerSize, bool gzip, string diff, DateTimeOffset created)
    {
        var configBlob = new JsonObject
        {
            ["created"] = created.ToString("O"),
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["Entrypoint"] = Strings(config.Entrypoint),
                ["Cmd"] = Strings(config.Command),
                ["Env"] = Strings(config.Env),
                ["WorkingDir"] = config.WorkingDir,
                ["User"] = config.User,
                ["StopSignal"] = config.StopSignal,
                ["Labels"] = new JsonObject(config.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray("sha256:" + diff) },
        };
        var (configDigest, configSize) = AddBlob(configBlob);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Descriptor(ConfigType, configDigest, configSize),
            ["layers"] = new JsonArray(Descriptor("application/vnd.oci.image.layer.v1.tar" + (gzip ? "+gzip" : ""), layer, layerSize)),
        };
        return "sha256:" + AddBlob(manifest).Digest;
    }

    /// <summary>Makes index.json tell these images, and no others.</summary>
    public void WriteIndex(IEnumerable<Image> images)
    {
        var manifests = new JsonArray();
        foreach (var image in images)
        {
            string digest = image.Digest["sha256:".Length..];
            var descriptor = Descriptor(ManifestType, digest, new FileInfo($"{Blobs}/{digest}").Length);
            descriptor["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = image.Reference };
            manifests.Add(descriptor);
        }
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = manifests };
        WriteAtomically(paths.Images + "/index.json", Encoding.UTF8.GetBytes(index.ToJsonString()));
    }

    /// <summary>The blobs an image's manifest names, and its own, in hex; none when the manifest is gone.</summary>
    public IEnumerable<string> BlobsOf(string digest)
    {
        string hex = digest["sha256:".Length..];
        if (!File.Exists($"{Blobs}/{hex}"))
        {
            return [];
        }
        var manifest = JsonNode.Parse(File.ReadAllBytes($"{Blobs}/{hex}"))!;
        return [hex, Hex(manifest["config"]!), .. manifest["layers"]!.AsArray().Select(layer => Hex(layer!))];
    }

    private static string Hex(JsonNode descriptor) => descriptor["digest"]!.GetValue<string>()["sha256:".Length..];

    private static JsonObject Descriptor(string type, string digest, long size) =>
        new() { ["mediaType"] = type, ["digest"] = "sha256:" + digest, ["size"] = size };

    private static JsonArray? Strings(IReadOnlyCollection<string> strings) =>
        strings.Count == 0 ? null : new JsonArray([.. strings.Select(s => JsonValue.Create(s))]);

    private (string Digest, long Size) AddBlob(JsonObject blob)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(blob.ToJsonString());
        string digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        WriteAtomically($"{Blobs}/{digest}", bytes);
        return (digest, bytes.Length);
    }

    private static void WriteAtomically(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
