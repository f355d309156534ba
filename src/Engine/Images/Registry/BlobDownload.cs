using System.Net;
using System.Net.Http.Headers;

namespace Brig.Engine.Images.Registry;

/// <summary>A blob's bytes from an offset on, over as many connections as it takes: when one breaks the next goes on where it was (Range, RFC 9110).</summary>
internal sealed class BlobDownload(RegistryHttp registry, string repository, string digest, long size, TimeProvider time)
{
    /// <param name="bytes">Gets them in order; false: no more are wanted.</param>
    /// <exception cref="EngineException">It cannot be had, or is longer or shorter than the manifest says.</exception>
    public async Task CopyAsync(long offset, Func<ReadOnlyMemory<byte>, bool> bytes, CancellationToken stop)
    {
        byte[] buffer = new byte[256 * 1024];
        for (int failures = 0; offset < size;)
        {
            long before = offset;
            try
            {
                using var answer = await registry.SendAsync(() => Request(offset), $"repository:{repository}:pull", stop);
                await using var body = await BodyAsync(answer, offset, stop);
                using var silence = new SilenceTimer(time, stop);
                for (int read; (read = await body.ReadAsync(buffer, silence.Next())) > 0;)
                {
                    offset += read;
                    if (offset > size)
                    {
                        throw EngineException.Invalid($"The registry {registry.Host} sends more of the blob {digest} than the {size:N0} bytes that the manifest says.");
                    }
                    if (!bytes(buffer.AsMemory(0, read)))
                    {
                        return;
                    }
                }
                if (offset < size)
                {
                    throw new IOException("it ended the connection before the blob was whole");
                }
            }
            catch (Exception e) when (RegistryHttp.IsPassing(e, stop))
            {
                failures = offset > before ? 1 : failures + 1;
                if (failures >= RegistryHttp.Attempts)
                {
                    throw EngineException.Unavailable($"The registry {registry.Host} broke off the blob {digest[..19]} after {offset:N0} of {size:N0} bytes: {RegistryHttp.Why(e)} What is here is kept; pull again to go on.", e);
                }
                await Task.Delay(registry.Wait(failures, null), time, stop);
            }
        }
    }

    private HttpRequestMessage Request(long offset)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, registry.At($"{repository}/blobs/{digest}"));
        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
        }
        return request;
    }

    /// <summary>At the offset: a registry that knows no ranges sends all of it again, and the beginning is passed over.</summary>
    private async Task<Stream> BodyAsync(HttpResponseMessage answer, long offset, CancellationToken stop)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw await registry.RefusalAsync(answer, $"blob {digest}", stop);
        }
        var body = await answer.Content.ReadAsStreamAsync(stop);
        bool isPart = answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == offset;
        byte[] buffer = new byte[64 * 1024];
        using var silence = new SilenceTimer(time, stop);
        for (long left = isPart ? 0 : offset; left > 0;)
        {
            int read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), silence.Next());
            left -= read > 0 ? read : throw new IOException("it ended the connection before the blob was whole");
        }
        return body;
    }
}
