namespace Brig.Engine.Isolation;

/// <summary>One of namespaces(7) of two containers.</summary>
/// <param name="Inode">The first one's; 0 when it does not run.</param>
/// <param name="OtherInode">The second one's.</param>
public sealed record NamespaceComparison(string Kind, ulong Inode, ulong OtherInode, ulong HostInode)
{
    /// <summary>Both run and are in the same one.</summary>
    public bool Shared => Inode != 0 && Inode == OtherInode;
}
