using System.Globalization;
using Brig.Linux;
using static Brig.Linux.Libc;

namespace Brig.Shim;

/// <summary>The numbered files 000001.log, 000002.log … of one container; the highest is the one being written.</summary>
internal sealed unsafe class LogFolder(string path, int maxFiles)
{
    private int _folder = -1;
    private int _lowest, _highest;

    /// <summary>The newest file, made if there is none; -1 when that fails (<see cref="Errno.Last"/>).</summary>
    public int OpenNewest(out long size)
    {
        size = 0;
        if (_folder < 0 && !OpenFolder())
            return -1;
        int fd = Open(Math.Max(1, _highest));
        stat now;
        if (fd >= 0 && fstat(fd, &now) == 0)
            size = now.st_size;
        return fd;
    }

    /// <summary>The next file; those beyond the number that is kept go.</summary>
    public int OpenNext()
    {
        int fd = Open(_highest + 1);
        for (; fd >= 0 && _highest - _lowest >= maxFiles; _lowest++)
            _ = unlinkat(_folder, Name(_lowest), 0);
        return fd;
    }

    public void Close()
    {
        if (_folder >= 0)
            _ = close(_folder);
        _folder = -1;
    }

    private int Open(int number)
    {
        int fd = openat(_folder, Name(number), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0x1A0 /* 0640 */);
        if (fd >= 0)
        {
            _highest = number;
            _lowest = _lowest == 0 ? number : _lowest;
        }
        return fd;
    }

    private bool OpenFolder()
    {
        if (mkdir(path, 0x1E8 /* 0750 */) < 0 && Errno.Last != Errno.EEXIST)
            return false;
        _folder = open(path, O_DIRECTORY | O_CLOEXEC);
        if (_folder >= 0)
            FindNumbers();
        return _folder >= 0;
    }

    /// <summary>struct linux_dirent64: u64 inode, u64 offset, u16 length, u8 type, name (getdents64(2)).</summary>
    private void FindNumbers()
    {
        const int size = 1024;
        byte* entries = stackalloc byte[size];
        nint got;
        while ((got = getdents64(_folder, entries, size)) > 0)
        {
            for (byte* entry = entries; entry < entries + got; entry += *(ushort*)(entry + 16))
            {
                if (Number(entry + 19) is not (> 0 and var number))
                    continue;
                _highest = Math.Max(_highest, number);
                _lowest = _lowest == 0 ? number : Math.Min(_lowest, number);
            }
        }
    }

    private static string Name(int number) => number.ToString("D6", CultureInfo.InvariantCulture) + ".log";

    private static int Number(byte* name)
    {
        int number = 0;
        for (int i = 0; i < 6; i++)
        {
            if (name[i] is < (byte)'0' or > (byte)'9')
                return 0;
            number = number * 10 + name[i] - '0';
        }
        return new ReadOnlySpan<byte>(name + 6, 5).SequenceEqual(".log\0"u8) ? number : 0;
    }
}
