using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>
/// Modes and times that directories get when nothing is made in them any more. They wait in a file without a name, not in memory: an archive may have millions.
/// <code>length of the path u16 | mode u16 | time i64 | path</code>
/// </summary>
internal sealed unsafe class LateAttributes : IDisposable
{
    private const int O_TMPFILE = 0x410000;

    private readonly FileStream _file;

    public LateAttributes(string folder)
    {
        int fd = Errno.Check(open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0x180), "open (O_TMPFILE)", folder);
        _file = new(new SafeFileHandle(fd, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 64 * 1024);
    }

    public void Add(TreePath path, uint mode, long time)
    {
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)path.Bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)mode);
        BinaryPrimitives.WriteInt64LittleEndian(head[4..], time);
        _file.Write(head);
        _file.Write(path.Bytes);
    }

    /// <summary>To what is still a directory. In the order they came, so of one that came twice the last holds.</summary>
    public void Apply(int root)
    {
        _file.Position = 0;
        Span<byte> head = stackalloc byte[12];
        byte[] path = new byte[4097];
        while (_file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(head);
            _file.ReadExactly(path, 0, length);
            path[length] = 0;
            if (length == 0)
            {
                (path[0], path[1]) = ((byte)'.', 0);
            }
            fixed (byte* bytes = path)
            {
                int fd = openat2(root, bytes, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
                if (fd < 0)
                {
                    continue;   // replaced by something else meanwhile
                }
                bool kept = LayerTree.fchmod(fd, BinaryPrimitives.ReadUInt16LittleEndian(head[2..])) == 0
                    && LayerTree.SetTime(fd, BinaryPrimitives.ReadInt64LittleEndian(head[4..])) == 0;
                int error = Errno.Last;
                _ = close(fd);
                if (!kept)
                {
                    throw new LinuxException("chmod", System.Text.Encoding.UTF8.GetString(path, 0, length), error);
                }
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
