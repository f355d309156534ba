using System.IO.Compression;
using Brig.Linux;

namespace Brig.Engine.Images;

/// <summary>Layers are packed by gzip or zstd alone (image-spec, layer.md); bzip2 and xz are for what comes in otherwise.</summary>
internal enum Packing { None, Gzip, Zstd, Bzip2, Xz }

/// <summary>How something is packed: told by its first bytes, for media types and names lie.</summary>
internal static class Packings
{
    public static Packing Of(ReadOnlySpan<byte> start) => start switch
    {
        [0x1f, 0x8b, ..] => Packing.Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing.Zstd,
        [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18, ..] => Packing.Zstd,    // a frame to skip comes first
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => Packing.Bzip2,
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => Packing.Xz,
        _ => Packing.None,
    };

    /// <summary>What was packed, and how; what unpacks without end is broken off.</summary>
    /// <exception cref="EngineException">Unavailable: the library that unpacks it is not installed.</exception>
    public static (Stream Plain, Packing Packing) Unpack(Stream packed, UnpackLimits? limits = null)
    {
        byte[] start = new byte[6];
        int read = packed.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var packing = Of(start.AsSpan(0, read));
        var whole = new CountingStream(new PrefixedStream(start.AsMemory(0, read), packed));
        try
        {
            Stream? plain = packing switch
            {
                Packing.Gzip => new GZipStream(whole, CompressionMode.Decompress),
                Packing.Zstd => new ZstdStream(whole),
                Packing.Bzip2 => new Bzip2Stream(whole),
                Packing.Xz => new XzStream(whole),
                _ => null,
            };
            return (plain is null ? whole : new BombGuard(plain, () => whole.Count, limits ?? UnpackLimits.Default), packing);
        }
        catch (DllNotFoundException e)
        {
            string package = packing switch { Packing.Zstd => "libzstd1", Packing.Bzip2 => "libbz2-1.0", _ => "liblzma5" };
            throw EngineException.Unavailable($"The archive is packed with {packing.ToString().ToLowerInvariant()}, and Debian's package {package}, which unpacks it, is not installed.", e);
        }
    }

    /// <summary>What bzip2 or xz packed is unpacked, all else left as it is: for what becomes a layer.</summary>
    public static Stream Layer(Stream packed)
    {
        byte[] start = new byte[6];
        int read = packed.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(start.AsMemory(0, read), packed);
        return Of(start.AsSpan(0, read)) is Packing.Bzip2 or Packing.Xz ? Unpack(whole).Plain : whole;
    }
}
