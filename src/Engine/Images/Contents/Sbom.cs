using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brig.Engine.Images.Contents;

/// <summary>A bill of materials, by the letter of the image: no clock and no chance is in it.</summary>
internal static class Sbom
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Image image, ImmutableArray<ImagePackage> packages, SbomFormat format) =>
        Encoding.UTF8.GetBytes((format == SbomFormat.Spdx ? Spdx(image, packages) : CycloneDx(image, packages)).ToJsonString(s_readable) + "\n");

    /// <summary>SPDX 2.3, JSON.</summary>
    private static JsonObject Spdx(Image image, ImmutableArray<ImagePackage> packages)
    {
        const string Nobody = "NOASSERTION", ImageId = "SPDXRef-image";
        var all = new JsonArray(new JsonObject
        {
            ["SPDXID"] = ImageId, ["name"] = image.Reference, ["versionInfo"] = image.Digest, ["downloadLocation"] = Nobody, ["filesAnalyzed"] = false, ["primaryPackagePurpose"] = "CONTAINER",
            ["licenseConcluded"] = Nobody, ["licenseDeclared"] = Nobody, ["copyrightText"] = Nobody,
        });
        var relations = new JsonArray(Relation("SPDXRef-DOCUMENT", "DESCRIBES", ImageId));
        for (int i = 0; i < packages.Length; i++)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"SPDXRef-package-{i + 1}");
            all.Add(new JsonObject
            {
                ["SPDXID"] = id, ["name"] = packages[i].Name, ["versionInfo"] = packages[i].Version, ["downloadLocation"] = Nobody, ["filesAnalyzed"] = false,
                ["sourceInfo"] = "found by " + packages[i].Path, ["licenseConcluded"] = Nobody, ["licenseDeclared"] = Nobody, ["copyrightText"] = Nobody,
                ["externalRefs"] = new JsonArray(new JsonObject { ["referenceCategory"] = "PACKAGE-MANAGER", ["referenceType"] = "purl", ["referenceLocator"] = packages[i].Purl }),
            });
            relations.Add(Relation(ImageId, "CONTAINS", id));
        }
        return new()
        {
            ["spdxVersion"] = "SPDX-2.3", ["dataLicense"] = "CC0-1.0", ["SPDXID"] = "SPDXRef-DOCUMENT", ["name"] = image.Reference,
            ["documentNamespace"] = $"urn:uuid:{Uuid(image.Digest)}",
            ["creationInfo"] = new JsonObject { ["created"] = Time(image), ["creators"] = new JsonArray("Tool: brig") },
            ["packages"] = all, ["relationships"] = relations,
        };
    }

    /// <summary>CycloneDX 1.5, JSON.</summary>
    private static JsonObject CycloneDx(Image image, ImmutableArray<ImagePackage> packages) => new()
    {
        ["bomFormat"] = "CycloneDX", ["specVersion"] = "1.5", ["serialNumber"] = $"urn:uuid:{Uuid(image.Digest)}", ["version"] = 1,
        ["metadata"] = new JsonObject
        {
            ["timestamp"] = Time(image),
            ["tools"] = new JsonObject { ["components"] = new JsonArray(new JsonObject { ["type"] = "application", ["name"] = "brig" }) },
            ["component"] = new JsonObject { ["type"] = "container", ["bom-ref"] = image.Digest, ["name"] = image.Reference, ["version"] = image.Digest },
        },
        ["components"] = new JsonArray([.. packages.Select(package => Component(package))]),
    };

    private static JsonObject Component(ImagePackage package)
    {
        var component = new JsonObject { ["type"] = "library", ["bom-ref"] = package.Purl + "#" + package.Path, ["name"] = package.Name, ["version"] = package.Version, ["purl"] = package.Purl };
        if (package.License is { } license)
        {
            component["licenses"] = new JsonArray(new JsonObject { ["license"] = new JsonObject { ["name"] = license } });
        }
        component["properties"] = new JsonArray(new JsonObject { ["name"] = "brig:path", ["value"] = package.Path });
        return component;
    }

    private static JsonObject Relation(string from, string type, string to) => new() { ["spdxElementId"] = from, ["relationshipType"] = type, ["relatedSpdxElement"] = to };

    private static string Time(Image image) => (image.MadeAt ?? DateTimeOffset.UnixEpoch).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Version 8 (RFC 9562): ours, of the image's digest.</summary>
    private static Guid Uuid(string digest)
    {
        byte[] bytes = SHA256.HashData(Encoding.UTF8.GetBytes("brig sbom " + digest))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }
}
