using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker.Engines;

/// <summary>An archive as of <c>docker save</c> with two images of one layer, the static busybox: <c>base</c>, and <c>rich</c>, which sets all that an image can set.</summary>
internal static class CheckImages
{
    private const string Path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const string Created = "2024-01-02T03:04:05Z";

    public static async Task WriteAsync(string file)
    {
        using var layer = new MemoryStream();
        await TarFile.CreateFromDirectoryAsync(BusyboxRoot.Path, layer, includeBaseDirectory: false);
        string diff = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(layer.ToArray()));
        await using var archive = new TarWriter(File.Create(file));
        var (plain, rich) = (
            Configuration(diff, new { Cmd = (string[])["sh"], Env = (string[])[Path] }),
            Configuration(diff, new
            {
                Env = (string[])[Path, "COLOUR=blue"],
                WorkingDir = "/home/tester",
                User = "tester",
                Entrypoint = (string[])["echo", "entry of the image:"],
                Cmd = (string[])["default"],
                Volumes = new Dictionary<string, object> { ["/srv/data"] = new { } },
                ExposedPorts = new Dictionary<string, object> { ["8080/tcp"] = new { } },
                Labels = new { origin = "test" },
                StopSignal = "SIGQUIT",
                Healthcheck = new { Test = (string[])["CMD", "true"] },
            }));
        await AddAsync(archive, "layer.tar", layer.ToArray());
        await AddAsync(archive, "plain.json", plain);
        await AddAsync(archive, "rich.json", rich);
        await AddAsync(archive, "manifest.json", JsonSerializer.SerializeToUtf8Bytes<object[]>([
            new { Config = "plain.json", RepoTags = (string[])["base:latest"], Layers = (string[])["layer.tar"] },
            new { Config = "rich.json", RepoTags = (string[])["rich:latest"], Layers = (string[])["layer.tar"] }]));
    }

    private static byte[] Configuration(string diff, object config) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        architecture = "amd64",
        os = "linux",
        created = Created,
        config,
        rootfs = new { type = "layers", diff_ids = (string[])[diff] },
        history = (object[])[new { created = Created, created_by = "made by the tests" }],
    });

    private static async Task AddAsync(TarWriter archive, string name, byte[] content) => await archive.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
