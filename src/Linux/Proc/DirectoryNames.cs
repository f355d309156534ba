using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Brig.Linux.Proc;

/// <summary>Names out of struct linux_dirent64: inode u64, offset i64, length u16, type u8, the name, a NUL (getdents64(2)).</summary>
public static class DirectoryNames
{
    public static ImmutableArray<string> Parse(ReadOnlySpan<byte> entries)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        while (entries.Length >= 20 && BinaryPrimitives.ReadUInt16LittleEndian(entries[16..]) is var length && length >= 20 && length <= entries.Length)
        {
            var name = entries[19..length];
            int end = name.IndexOf((byte)0);
            names.Add(Encoding.UTF8.GetString(end < 0 ? name : name[..end]));
            entries = entries[length..];
        }
        return names.ToImmutable();
    }
}
