using System.Diagnostics;
using System.Security.Cryptography;
using Brig.Linux;

namespace Brig.Engine.Tests.Images;

/// <summary>What xz and bzip2 of another maker packed.</summary>
public class PackedStreamTests
{
    private static readonly byte[] s_plain = [.. RandomNumberGenerator.GetBytes(300_000), .. new byte[2_000_000], .. "the end"u8];

    [Theory]
    [InlineData("lzma.compress(d)")]
    [InlineData("lzma.compress(d, preset=9)")]
    [InlineData("lzma.compress(d, check=lzma.CHECK_SHA256)")]
    [InlineData("lzma.compress(d[:1000]) + lzma.compress(d[1000:])")]
    [InlineData("bz2.compress(d)")]
    [InlineData("bz2.compress(d, 1)")]
    [InlineData("bz2.compress(d[:1000]) + bz2.compress(d[1000:])")]
    public async Task Read_WhatPythonPacked_IsWhatItWas(string how)
    {
        byte[] packed = await PackAsync(how);
        foreach (int piece in new[] { 37, 4096, 1 << 20 })
        {
            using var stream = Open(how, new MemoryStream(packed));
            var plain = new MemoryStream();
            byte[] buffer = new byte[piece];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                plain.Write(buffer, 0, read);
            }
            Assert.True(plain.ToArray().AsSpan().SequenceEqual(s_plain));
        }
    }

    [Theory]
    [InlineData("lzma.compress(d)[:-1]")]
    [InlineData("lzma.compress(d)[:1000]")]
    [InlineData("lzma.compress(d)[:100000] + bytes(100000)")]
    [InlineData("lzma.compress(d) + b'more'")]
    [InlineData("bz2.compress(d)[:-1]")]
    [InlineData("bz2.compress(d)[:100000] + bytes(100000)")]
    [InlineData("bz2.compress(d) + b'more'")]
    public async Task Read_CutOffOrDamaged_Throws(string how)
    {
        using var stream = Open(how, new MemoryStream(await PackAsync(how)));

        Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public async Task Read_XzThatAsksForMoreMemoryThanItMay_Throws()
    {
        using var stream = new XzStream(new MemoryStream(await PackAsync("lzma.compress(d, filters=[{'id': lzma.FILTER_LZMA2, 'dict_size': 512 << 20}])")));
        var error = Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));

        Assert.Contains("memory", error.Message);
    }

    private static Stream Open(string how, Stream packed) => how.StartsWith("lzma", StringComparison.Ordinal) ? new XzStream(packed) : new Bzip2Stream(packed);

    private static async Task<byte[]> PackAsync(string how)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", $"import bz2, lzma, sys; d = sys.stdin.buffer.read(); sys.stdout.buffer.write({how})"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        var packed = new MemoryStream();
        var reading = python.StandardOutput.BaseStream.CopyToAsync(packed);
        await python.StandardInput.BaseStream.WriteAsync(s_plain);
        python.StandardInput.Close();
        await reading;
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
        return packed.ToArray();
    }
}
