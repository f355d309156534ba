using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Cgroups;

/// <summary>One file kept open and read again and again from its start. One that this kernel lacks reads as empty and costs nothing.</summary>
internal sealed class HeldFile(string path) : IDisposable
{
    private SafeFileHandle? _file = Kernfs.Open(path, out _);

    /// <summary>The cgroup it belonged to was removed.</summary>
    public bool Gone { get; private set; }

    /// <summary>True: it was there when last looked at.</summary>
    public bool Exists => _file is not null;

    /// <summary>Its text, in the buffer given; cut off where that is too small.</summary>
    public ReadOnlySpan<byte> Read(Span<byte> buffer)
    {
        if (_file is null)
        {
            return default;
        }
        int read = Kernfs.Read(_file, buffer);
        if (read >= 0)
        {
            return buffer[..read];
        }
        Gone |= read == -Errno.ENODEV;
        if (read == -Errno.EOPNOTSUPP)
        {
            Dispose();   // for example pressure in a kernel started with psi=0
        }
        return default;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
