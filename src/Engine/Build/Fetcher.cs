using System.Globalization;
using System.Net.Http;
using System.Security.Cryptography;
using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Build;

/// <summary>ADD of an address.</summary>
internal static class Fetcher
{
    /// <summary>One for builds with a network, one for those without.</summary>
    private static readonly HttpClient s_any = Client(null), s_outside = Client(OutsideConnection.OpenAsync);

    /// <summary>A server that sends nothing for so long is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>And one that goes on for longer, or sends more.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const long Largest = 16L << 30;

    public static bool IsAddress(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public static bool IsGit(string source) =>
        source.StartsWith("git@", StringComparison.Ordinal) || source.StartsWith("git://", StringComparison.Ordinal) || (IsAddress(source) && source.Split('#')[0].EndsWith(".git", StringComparison.Ordinal));

    /// <param name="anywhere">False: neither this machine nor its link, wherever a redirect or a name leads.</param>
    /// <param name="checksum"><c>sha256:…</c>; null: whatever comes.</param>
    public static async Task<Fetched> FetchAsync(string address, string? checksum, string file, bool anywhere, int at, CancellationToken stop)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            throw Dockerfile.At(at, $"\"{Text.Short(address)}\" is no address");
        }
        string name = Uri.UnescapeDataString(uri.Segments[^1].Trim('/'));
        if (name is "" or "." or ".." || name.Contains('/', StringComparison.Ordinal))
        {
            throw Dockerfile.At(at, $"the address \"{Text.Short(address)}\" ends in no file's name");
        }
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(Patience);
            using var answer = await (anywhere ? s_any : s_outside).GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw Dockerfile.At(at, $"{Text.Short(address)} was answered with {(int)answer.StatusCode} {answer.ReasonPhrase}");
            }
            await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            await using var to = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[128 * 1024];
            var clock = System.Diagnostics.Stopwatch.StartNew();
            for (int read; (read = await body.ReadAsync(buffer, patience.Token)) > 0;)
            {
                patience.CancelAfter(Patience);
                if (to.Position + read > Largest || clock.Elapsed > Longest)
                {
                    throw Dockerfile.At(at, $"{Text.Short(address)} does not end: more than {Largest >> 30} GiB, or longer than an hour");
                }
                hash.AppendData(buffer.AsSpan(0, read));
                await to.WriteAsync(buffer.AsMemory(0, read), patience.Token);
            }
            string digest = "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
            if (checksum is not null && !checksum.Equals(digest, StringComparison.OrdinalIgnoreCase))
            {
                throw Dockerfile.At(at, $"{Text.Short(address)} has the digest {digest}, not {Text.Short(checksum)}");
            }
            long modified = answer.Content.Headers.LastModified is { } time ? (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick : 0;
            return new(file, name, modified);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Dockerfile.At(at, $"{Text.Short(address)} cannot be fetched: {e.Message.TrimEnd('.')}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Dockerfile.At(at, string.Create(CultureInfo.InvariantCulture, $"{Text.Short(address)} sent nothing for {Patience.TotalSeconds:0} seconds"));
        }
    }

    private static HttpClient Client(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect) =>
        new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30), PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectCallback = connect }) { Timeout = Timeout.InfiniteTimeSpan };
}
