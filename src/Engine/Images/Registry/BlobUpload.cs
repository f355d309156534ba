using System.Net;
using System.Net.Http.Headers;

namespace Brig.Engine.Images.Registry;

/// <summary>A blob to a repository, in parts of 16 MiB: when one breaks the registry is asked how much it has, and the next goes on there (distribution-spec, pushing a blob in chunks).</summary>
internal sealed class BlobUpload(RegistryHttp registry, string repository, TimeProvider time)
{
    private const int Part = 16 << 20;

    private string Scope => $"repository:{repository}:pull,push";

    /// <returns>What it took: exists, mounted or pushed.</returns>
    /// <param name="elsewhere">A repository of the same registry that may have it.</param>
    public async Task<string> SendAsync(Descriptor blob, Func<Stream> open, string? elsewhere, Action<long> progress, CancellationToken stop)
    {
        if (await HasAsync(blob, stop))
        {
            return "exists";
        }
        for (int failures = 0; ; failures++)
        {
            var (at, mounted) = await BeginAsync(blob, failures == 0 ? elsewhere : null, stop);
            if (mounted)
            {
                return "mounted";
            }
            try
            {
                at = await PartsAsync(at!, blob, open, progress, stop);
                await EndAsync(at, blob, stop);
                return "pushed";
            }
            catch (Exception e) when (RegistryHttp.IsPassing(e, stop))
            {
                if (failures + 1 >= RegistryHttp.Attempts)
                {
                    throw EngineException.Unavailable($"The registry {registry.Host} broke off the upload of {blob.Digest[..19]}: {RegistryHttp.Why(e)}", e);
                }
                await Task.Delay(registry.Wait(failures + 1, null), time, stop);
            }
        }
    }

    /// <summary>exists or mounted; null: neither.</summary>
    public async Task<string?> HasOrMountsAsync(Descriptor blob, string? elsewhere, CancellationToken stop)
    {
        if (await HasAsync(blob, stop))
        {
            return "exists";
        }
        return elsewhere is not null && (await BeginAsync(blob, elsewhere, stop)).Mounted ? "mounted" : null;
    }

    private async Task<bool> HasAsync(Descriptor blob, CancellationToken stop)
    {
        using var answer = await registry.SendAsync(() => new(HttpMethod.Head, registry.At($"{repository}/blobs/{blob.Digest}")), Scope, stop);
        return answer.StatusCode switch
        {
            HttpStatusCode.NotFound => false,
            _ when answer.IsSuccessStatusCode => true,
            _ => throw await registry.RefusalAsync(answer, $"right to push to {repository}", stop),
        };
    }

    private async Task<(Uri? At, bool Mounted)> BeginAsync(Descriptor blob, string? elsewhere, CancellationToken stop)
    {
        string mount = elsewhere is null ? "" : $"?mount={Uri.EscapeDataString(blob.Digest)}&from={Uri.EscapeDataString(elsewhere)}";
        var begin = registry.At($"{repository}/blobs/uploads/{mount}");
        using var answer = await registry.SendAsync(() => new(HttpMethod.Post, begin) { Content = new ByteArrayContent([]) }, Scope, stop);
        if (answer.StatusCode == HttpStatusCode.Created)
        {
            return (null, true);
        }
        return answer.StatusCode == HttpStatusCode.Accepted && answer.Headers.Location is { } at
            ? (new(begin, at), false)
            : throw await registry.RefusalAsync(answer, $"right to push to {repository}", stop);
    }

    /// <returns>Where the upload is ended.</returns>
    private async Task<Uri> PartsAsync(Uri at, Descriptor blob, Func<Stream> open, Action<long> progress, CancellationToken stop)
    {
        await using var from = open();
        byte[] part = new byte[(int)Math.Min(Part, Math.Max(blob.Size, 1))];
        int failures = 0;
        for (long offset = 0; offset < blob.Size;)
        {
            from.Position = offset;
            int count = await from.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, stop);
            var (here, first) = (at, offset);
            try
            {
                at = await PartAsync(here, part.AsMemory(0, count), first, stop);
                offset += count;
                failures = 0;
            }
            catch (Exception e) when (RegistryHttp.IsPassing(e, stop) && ++failures < RegistryHttp.Attempts)
            {
                // How much of a part that failed has come is the registry's to say.
                await Task.Delay(registry.Wait(failures, null), time, stop);
                (at, offset) = await WhereAsync(here, stop);
            }
            progress(offset);
        }
        return at;
    }

    private async Task<Uri> PartAsync(Uri at, ReadOnlyMemory<byte> part, long first, CancellationToken stop)
    {
        using var answer = await OnceAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Patch, at) { Content = new ReadOnlyMemoryContent(part) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            request.Content.Headers.TryAddWithoutValidation("Content-Range", $"{first}-{first + part.Length - 1}");
            return request;
        }, HttpStatusCode.Accepted, stop);
        return answer.Headers.Location is { } next ? new(at, next) : at;
    }

    private async Task<(Uri At, long Offset)> WhereAsync(Uri at, CancellationToken stop)
    {
        using var answer = await OnceAsync(() => new(HttpMethod.Get, at), HttpStatusCode.NoContent, stop);
        string range = answer.Headers.TryGetValues("Range", out var ranges) ? ranges.First() : "";
        long offset = long.TryParse(range.AsSpan(range.IndexOf('-', StringComparison.Ordinal) + 1), out long last) && last > 0 ? last + 1 : 0;
        return (answer.Headers.Location is { } next ? new(at, next) : at, offset);
    }

    /// <summary>Not tried again blindly: what cannot be repeated is begun anew by the caller.</summary>
    private async Task<HttpResponseMessage> OnceAsync(Func<HttpRequestMessage> make, HttpStatusCode wanted, CancellationToken stop)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await registry.SendAsync(make, Scope, stop, attempts: 1);
        }
        catch (EngineException e) when (e.InnerException is { } broken)
        {
            throw new HttpRequestException(broken.Message, broken);
        }
        if (answer.StatusCode == wanted)
        {
            return answer;
        }
        using (answer)
        {
            throw RegistryHttp.IsPassing(answer.StatusCode) ? new HttpRequestException($"it answered {(int)answer.StatusCode}") : await registry.RefusalAsync(answer, $"upload to {repository}", stop);
        }
    }

    private async Task EndAsync(Uri at, Descriptor blob, CancellationToken stop)
    {
        var end = new UriBuilder(at);
        end.Query = $"{(end.Query.Length > 1 ? end.Query[1..] + "&" : "")}digest={Uri.EscapeDataString(blob.Digest)}";
        using var answer = await OnceAsync(() => new(HttpMethod.Put, end.Uri) { Content = new ByteArrayContent([]) }, HttpStatusCode.Created, stop);
    }
}
