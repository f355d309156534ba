using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Brig.Kernel.Tests.Images;

/// <summary>A request as it came.</summary>
internal sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>An answer as it goes: a part of the body may be sent and the connection then be cut, or kept in silence.</summary>
internal sealed record Reply(int Status, byte[] Body, params string[] Headers)
{
    /// <summary>Bytes of the body after which the connection ends; null: all are sent.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Nothing more comes, and the connection stays.</summary>
    public bool Hangs { get; init; }

    /// <summary>The connection ends without an answer.</summary>
    public bool Drops { get; init; }

    /// <summary>Waited for once the cut bytes are sent.</summary>
    public Task Hold { get; init; } = Task.CompletedTask;
}

/// <summary>A registry that does what it is told, with one image: HTTP/1.1 on a loopback port, a connection a request.</summary>
internal sealed class FaultyRegistry : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public FaultyRegistry(byte[]? layer = null, int layers = 1, byte[]? plain = null)
    {
        byte[] tar = plain ?? Tar(("file", "hello"));
        Layer = layer ?? Gzip(tar);
        DiffId = Digest(tar);
        Config = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["architecture"] = "amd64", ["os"] = "linux", ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. Enumerable.Range(0, layers).Select(_ => JsonValue.Create(DiffId))]) },
        }.ToJsonString());
        Manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", Config),
            ["layers"] = new JsonArray([.. Enumerable.Range(0, layers).Select(_ => Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", Layer))]),
        }.ToJsonString());
        _listener.Start();
        Host = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    public string Host { get; }
    public byte[] Layer { get; }
    public string DiffId { get; }
    public byte[] Config { get; }
    public byte[] Manifest { get; }
    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>What an upload has brought so far; one at a time.</summary>
    public MemoryStream Upload { get; private set; } = new();

    /// <summary>What was pushed, by the end of its path: <c>blobs/sha256:…</c>, <c>manifests/tag</c>.</summary>
    public ConcurrentDictionary<string, byte[]> Pushed { get; } = new();

    /// <summary>Asked first; null: the right answer.</summary>
    public Func<Asked, Reply?> Fault { get; set; } = _ => null;

    public string LayerPath => $"/blobs/{Digest(Layer)}";

    public static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static byte[] Tar(params (string Name, string Text)[] files)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }
        return tar.ToArray();
    }

    public static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }
        return packed.ToArray();
    }

    /// <summary>A layer of random bytes that gzip cannot make smaller.</summary>
    public static byte[] LargeTar(int bytes) => Tar(("file", "hello"), ("large", Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes))));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _stop.Dispose();
    }

    /// <summary>What a registry without faults answers, ranges too.</summary>
    public Reply Right(Asked asked)
    {
        if (asked.Method is "POST" or "PATCH" or "PUT" || asked.Path.Contains("/uploads/", StringComparison.Ordinal))
        {
            return Pushing(asked);
        }
        byte[]? body = asked.Path switch
        {
            "/v2/" => [],
            _ when asked.Path.Contains("/manifests/", StringComparison.Ordinal) => Manifest,
            _ when asked.Path.EndsWith(Digest(Config), StringComparison.Ordinal) => Config,
            _ when asked.Path.EndsWith(Digest(Layer), StringComparison.Ordinal) => Layer,
            _ => null,
        };
        if (body is null)
        {
            return new(404, """{"errors":[{"code":"NAME_UNKNOWN","message":"not here"}]}"""u8.ToArray());
        }
        if (asked.Headers.TryGetValue("range", out string? range))
        {
            int from = int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            return new(206, body[from..], $"Content-Range: bytes {from}-{body.Length - 1}/{body.Length}");
        }
        return new(200, body, "Content-Type: application/vnd.oci.image.manifest.v1+json");
    }

    /// <summary>distribution-spec, pushing a blob in chunks.</summary>
    private Reply Pushing(Asked asked)
    {
        string at = $"Location: http://{Host}/v2/a/blobs/uploads/one";
        switch (asked.Method)
        {
            case "POST":
                Upload = new();
                return new(202, [], at);
            case "PATCH":
                string from = asked.Headers["content-range"].Split('-')[0];
                if (from != $"{Upload.Length}")
                {
                    return new(416, [], at);
                }
                Upload.Write(asked.Body);
                return new(202, [], at, $"Range: 0-{Upload.Length - 1}");
            case "GET":
                return new(204, [], at, $"Range: 0-{Math.Max(0, Upload.Length - 1)}");
            case "PUT" when asked.Path.Contains("/manifests/", StringComparison.Ordinal):
                Pushed[asked.Path[(asked.Path.IndexOf("/manifests/", StringComparison.Ordinal) + 1)..]] = asked.Body;
                return new(201, []);
            default:
                string digest = Uri.UnescapeDataString(asked.Path.Split("digest=")[1]);
                if (Digest(Upload.ToArray()) != digest)
                {
                    return new(400, """{"errors":[{"code":"DIGEST_INVALID","message":"another digest"}]}"""u8.ToArray());
                }
                Pushed["blobs/" + digest] = Upload.ToArray();
                return new(201, []);
        }
    }

    private static JsonObject Descriptor(string type, byte[] bytes) => new() { ["mediaType"] = type, ["digest"] = Digest(bytes), ["size"] = bytes.Length };

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                var asked = await ReadAsync(stream);
                Requests.Enqueue(asked);
                var reply = Fault(asked) ?? Right(asked);
                string head = $"HTTP/1.1 {reply.Status} X\r\nConnection: close\r\nContent-Length: {reply.Body.Length}\r\n{string.Concat(reply.Headers.Select(header => header + "\r\n"))}\r\n";
                if (reply.Drops)
                {
                    return;
                }
                if (reply.Hangs)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
                if (asked.Method != "HEAD")
                {
                    await stream.WriteAsync(reply.Body.AsMemory(0, reply.CutAfter ?? reply.Body.Length), _stop.Token);
                    await stream.FlushAsync(_stop.Token);
                    await reply.Hold.WaitAsync(_stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private static async Task<Asked> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0)
        {
            head.Append((char)one[0]);
        }
        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines.Length > 0 ? lines[0].Split(' ') : ["", ""];
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
        byte[] body = new byte[headers.TryGetValue("content-length", out string? length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body);
        return new(first[0], first[1], headers, body);
    }
}
