using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Brig.Linux.Wire;

/// <summary>
/// Asks a shim, in place of a launch, to read as a process of the container would: it joins all namespaces, has no capability and executes nothing.
/// </summary>
/// <param name="Files">Absolute paths inside. What the opening or reading of one says is told with it.</param>
/// <param name="Folders">Absolute paths inside; told are the struct linux_dirent64 of getdents64(2).</param>
/// <param name="Network">The links and addresses of its network namespace, as the kernel's netlink messages (rtnetlink(7)).</param>
public sealed record LookRequest(ExecTarget Target, ImmutableArray<LookFile> Files, ImmutableArray<string> Folders, bool Network)
{
    public byte[] Write()
    {
        var w = new WireWriter(4096);
        w.I32(Target.Pid);
        w.U64(Target.StartTicks);
        w.I32(Files.Length);
        foreach (var file in Files)
        {
            w.String(file.Path);
            w.I32(file.Most);
        }
        w.I32(Folders.Length);
        foreach (var folder in Folders)
            w.String(folder);
        w.Bool(Network);
        return w.ToArray();
    }

    public static LookRequest Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        var target = new ExecTarget(r.I32(), r.U64());
        var files = new LookFile[r.Count()];
        for (var i = 0; i < files.Length; i++)
            files[i] = new LookFile(r.String(), r.I32());
        var folders = new string[r.Count()];
        for (var i = 0; i < folders.Length; i++)
            folders[i] = r.String();
        return new LookRequest(target, ImmutableCollectionsMarshal.AsImmutableArray(files), ImmutableCollectionsMarshal.AsImmutableArray(folders), r.Bool());
    }
}

/// <param name="Most">Bytes; what is longer is cut off.</param>
public readonly record struct LookFile(string Path, int Most);

/// <summary>What was seen: one for each file and folder in their order, and for the network one for its links and one for its addresses.</summary>
public sealed record LookAnswer(ImmutableArray<LookEntry> Entries)
{
    public byte[] Write()
    {
        var w = new WireWriter(16 * 1024);
        w.I32(Entries.Length);
        for (var i = 0; i < Entries.Length; i++)
        {
            w.I32(Entries[i].Errno);
            w.Bytes(Entries[i].Bytes);
        }
        return w.ToArray();
    }

    public static LookAnswer Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        var entries = new LookEntry[r.Count()];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = new LookEntry(r.I32(), r.Bytes().ToArray());
        return new LookAnswer(ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }
}

/// <param name="Errno">Why it could not be opened or read; 0: it could.</param>
/// <param name="Bytes">The container's: hostile.</param>
public sealed record LookEntry(int Errno, byte[] Bytes);
