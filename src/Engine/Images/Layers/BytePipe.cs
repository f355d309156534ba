using System.Buffers;

namespace Brig.Engine.Images;

/// <summary>Bytes from one thread to another, at most 2 MiB on their way: the writer waits for the reader, nothing is lost. Either end can break it off.</summary>
internal sealed class BytePipe : IDisposable
{
    private const int BlockSize = 256 * 1024, MostBlocks = 8;

    private readonly Queue<Block> _blocks = new();
    private Block? _last;       // of the queue: small writes are put together while the reader is behind
    private Exception? _failure;
    private bool _ended, _gone;

    public BytePipe() => Reader = new End(this);

    /// <summary>Disposed, the writer's next write fails.</summary>
    public Stream Reader { get; }

    /// <returns>False: nobody reads any more.</returns>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        lock (_blocks)
        {
            while (!bytes.IsEmpty)
            {
                while (_blocks.Count == MostBlocks && _last is not { Room: > 0 } && !_gone)
                {
                    Monitor.Wait(_blocks);
                }
                if (_gone)
                {
                    return false;
                }
                if (_last is not { Room: > 0 })
                {
                    _last = new(ArrayPool<byte>.Shared.Rent(BlockSize));
                    _blocks.Enqueue(_last);
                }
                int count = Math.Min(bytes.Length, _last.Room);
                bytes[..count].CopyTo(_last.Bytes.AsSpan(_last.Count));
                _last.Count += count;
                bytes = bytes[count..];
                Monitor.PulseAll(_blocks);
            }
        }
        return true;
    }

    /// <param name="failure">What the reader gets instead of the end.</param>
    public void Complete(Exception? failure = null)
    {
        lock (_blocks)
        {
            if (!_ended)
            {
                (_ended, _failure) = (true, failure);
                Monitor.PulseAll(_blocks);
            }
        }
    }

    public void Dispose()
    {
        Complete(new EndOfStreamException("The stream was broken off."));
        Reader.Dispose();
    }

    private sealed class Block(byte[] bytes)
    {
        public byte[] Bytes => bytes;
        public int Count { get; set; }
        public int Room => BlockSize - Count;
    }

    private sealed class End(BytePipe pipe) : ReadOnlyStream
    {
        private byte[]? _block;
        private int _start, _end;

        public override int Read(Span<byte> buffer)
        {
            if (_block is null && !Next())
            {
                return 0;
            }
            int count = Math.Min(buffer.Length, _end - _start);
            _block.AsSpan(_start, count).CopyTo(buffer);
            _start += count;
            if (_start == _end)
            {
                ArrayPool<byte>.Shared.Return(_block!);
                _block = null;
            }
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            lock (pipe._blocks)
            {
                pipe._gone = true;
                while (pipe._blocks.TryDequeue(out var left))
                {
                    ArrayPool<byte>.Shared.Return(left.Bytes);
                }
                Monitor.PulseAll(pipe._blocks);
            }
            base.Dispose(disposing);
        }

        private bool Next()
        {
            lock (pipe._blocks)
            {
                while (pipe._blocks.Count == 0 && !pipe._ended && !pipe._gone)
                {
                    Monitor.Wait(pipe._blocks);
                }
                if (pipe._blocks.TryDequeue(out var next))
                {
                    (_block, _start, _end) = (next.Bytes, 0, next.Count);
                    pipe._last = pipe._last == next ? null : pipe._last;
                    Monitor.PulseAll(pipe._blocks);
                    return true;
                }
                return pipe._failure is { } failure ? throw failure : false;
            }
        }
    }
}
