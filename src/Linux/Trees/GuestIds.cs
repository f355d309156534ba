using System.Buffers.Binary;
using Brig.Linux.Tar;

namespace Brig.Linux.Trees;

/// <summary>The host's ids from <paramref name="First"/> on are a container's 0 to <paramref name="Count"/> - 1.</summary>
public readonly record struct GuestIds(uint First, uint Count)
{
    /// <summary>What the kernel shows for whom it cannot (/proc/sys/kernel/overflowuid).</summary>
    private const uint Nobody = 65534;
    private const uint Revision2 = 0x02000000, Revision3 = 0x03000000, RevisionMask = 0xFF000000;

    public bool Has(uint outside) => outside >= First && outside - First < Count;

    public uint Inside(uint outside) => Has(outside) ? outside - First : Nobody;

    public uint Outside(uint inside) => First + (inside < Count ? inside : Nobody);

    /// <summary>A file capability names the user namespace it counts in by its root (struct vfs_ns_cap_data of linux/capability.h); inside it does not.</summary>
    public TarXattr Outside(TarXattr xattr)
    {
        if (!IsCapability(xattr) || xattr.Value.Length != 20 || Magic(xattr.Value, RevisionMask) != Revision2)
        {
            return xattr;
        }
        byte[] value = [.. xattr.Value, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(value, Magic(value, ~RevisionMask) | Revision3);
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(20), First);
        return xattr with { Value = value };
    }

    public TarXattr Inside(TarXattr xattr)
    {
        if (!IsCapability(xattr) || xattr.Value.Length != 24 || Magic(xattr.Value, RevisionMask) != Revision3 || BinaryPrimitives.ReadUInt32LittleEndian(xattr.Value.AsSpan(20)) != First)
        {
            return xattr;
        }
        byte[] value = xattr.Value[..20];
        BinaryPrimitives.WriteUInt32LittleEndian(value, Magic(value, ~RevisionMask) | Revision2);
        return xattr with { Value = value };
    }

    private static bool IsCapability(TarXattr xattr) => xattr.Name.AsSpan().SequenceEqual("security.capability"u8);

    private static uint Magic(ReadOnlySpan<byte> value, uint mask) => BinaryPrimitives.ReadUInt32LittleEndian(value) & mask;
}
