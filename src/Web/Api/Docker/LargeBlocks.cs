using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Brig.Web.Api.Docker;

/// <summary>
/// The buffers of the socket's connections, 64 KiB each. Kestrel's own have 4 KiB, and each is a system call: an archive of 1 GB took a quarter of a million of them, and three times as long as dockerd. A connection that is silent has none.
/// </summary>
internal sealed class LargeBlocks : MemoryPool<byte>
{
    private const int BlockSize = 64 * 1024;

    /// <summary>More are the garbage collector's.</summary>
    private const int MostKept = 128;

    private readonly ConcurrentQueue<Block> _free = new();

    public override int MaxBufferSize => BlockSize;

    /// <summary>The option is Kestrel's, and public from .NET 10 on.</summary>
    public static void UseIn(SocketTransportOptions options) => SetPool(options, () => new LargeBlocks());

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        return _free.TryDequeue(out var block) ? block : new Block(this);
    }

    protected override void Dispose(bool disposing) => _free.Clear();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_MemoryPoolFactory")]
    private static extern void SetPool(SocketTransportOptions options, Func<MemoryPool<byte>> factory);

    private sealed class Block(LargeBlocks pool) : IMemoryOwner<byte>
    {
        // Pinned for good: the kernel writes to it while a read is under way.
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public void Dispose()
        {
            if (pool._free.Count < MostKept)
            {
                pool._free.Enqueue(this);
            }
        }
    }
}
