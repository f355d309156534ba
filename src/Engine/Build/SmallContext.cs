using Brig.Engine.Images;
using Brig.Linux;

namespace Brig.Engine.Build;

/// <summary>A context of at most <see cref="Largest"/> bytes, in a tmpfs of its own that is mounted nowhere and goes with its last descriptor, also when the engine is killed.</summary>
internal sealed class SmallContext : IDisposable
{
    /// <summary>Of the archive, not packed. What it makes in the kernel's memory is at most five times as much, when its files are of one byte each.</summary>
    public const int Largest = 16 << 20;

    /// <summary>Over all builds; one more lies on the disk.</summary>
    private const int Most = 4;

    private static int s_held;

    private readonly TmpfsMount _mount;
    private int _disposed;

    private SmallContext(TmpfsMount mount) => _mount = mount;

    /// <summary>While this lives, and in this process alone.</summary>
    public string Path => _mount.Path;

    /// <param name="context">A tar, not packed.</param>
    /// <param name="taken">Null: it is too large for memory, or memory does not take it (no more room), and the answer is all of it again.</param>
    /// <exception cref="EngineException">Invalid: no tar, or one that points outside.</exception>
    public static Stream Take(Stream context, CancellationToken stop, out SmallContext? taken)
    {
        taken = null;
        if (Interlocked.Increment(ref s_held) > Most)
        {
            Interlocked.Decrement(ref s_held);
            return context;
        }
        SmallContext? memory = null;
        try
        {
            var read = new MemoryStream();
            byte[] buffer = new byte[256 * 1024];
            for (int got; read.Length <= Largest; read.Write(buffer, 0, got))
            {
                if ((got = context.Read(buffer)) == 0)
                {
                    read.Position = 0;
                    taken = memory = Filled(read, stop);
                    read.Position = 0;
                    return read;
                }
            }
            return new PrefixedStream(read.GetBuffer().AsMemory(0, (int)read.Length), context);
        }
        finally
        {
            if (memory is null)
            {
                Interlocked.Decrement(ref s_held);
            }
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _mount.Dispose();
            Interlocked.Decrement(ref s_held);
        }
    }

    private static SmallContext? Filled(Stream tar, CancellationToken stop)
    {
        TmpfsMount? mount = null;
        try
        {
            mount = TmpfsMount.Make([("size", "128m"), ("nr_inodes", "65536"), ("mode", "0755")]);
            LayerUnpacker.Unpack(tar, mount.Path, UnpackLimits.Default, stop, whiteouts: false);
            return new(mount);
        }
        catch (LinuxException)
        {
            mount?.Dispose();
            return null;
        }
        catch
        {
            mount?.Dispose();
            throw;
        }
    }
}
