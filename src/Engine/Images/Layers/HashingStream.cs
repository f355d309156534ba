using System.Security.Cryptography;

namespace Brig.Engine.Images;

/// <summary>Passes bytes through, hashing them.</summary>
internal sealed class HashingStream(Stream from) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes so far.</summary>
    public long Count { get; private set; }

    /// <summary>In hex, of all that was read; once.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public override int Read(Span<byte> buffer)
    {
        int read = from.Read(buffer);
        Seen(buffer[..read]);
        return read;
    }

    /// <summary>Reads what nobody asked for, so that the digest is of everything.</summary>
    public void Drain()
    {
        byte[] buffer = new byte[64 * 1024];
        while (Read(buffer) > 0)
        {
        }
    }

    private void Seen(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Count += bytes.Length;
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
