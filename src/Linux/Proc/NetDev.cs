using System.Text;
using Brig.Linux.Cgroups;

namespace Brig.Linux.Proc;

#pragma warning disable CA1051 // fields: filled in place, by reference, every second

/// <summary>One network interface since it was made.</summary>
public struct InterfaceCounters
{
    public string Name;
    public long ReceiveBytes, ReceivePackets, TransmitBytes, TransmitPackets;
    public long ReceiveErrors, ReceiveDropped, TransmitErrors, TransmitDropped;
}

/// <summary>The interfaces of one network namespace, but for the loopback. The array is reused; only the first Count count.</summary>
public struct InterfaceTable
{
    public InterfaceCounters[]? Items;
    public int Count;

    /// <summary>The same interfaces with the same counts.</summary>
    public readonly bool IsSame(in InterfaceTable other)
    {
        bool same = Count == other.Count;
        for (int i = 0; same && i < Count; i++)
        {
            ref readonly InterfaceCounters a = ref Items![i], b = ref other.Items![i];
            same = a.ReceiveBytes == b.ReceiveBytes && a.TransmitBytes == b.TransmitBytes && a.ReceivePackets == b.ReceivePackets && a.TransmitPackets == b.TransmitPackets && a.Name == b.Name;
        }
        return same;
    }

    /// <summary>Reads /proc/net/dev: two lines of heads, then <c>eth0: bytes packets errs drop fifo frame compressed multicast bytes packets …</c>.</summary>
    internal void Read(ReadOnlySpan<byte> text)
    {
        Count = 0;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> line = TextNumbers.Line(ref text);
            int colon = line.IndexOf((byte)':');
            ReadOnlySpan<byte> name = colon < 0 ? default : line[..colon].Trim((byte)' ');
            if (name.IsEmpty || name.SequenceEqual("lo"u8))
            {
                continue;
            }
            if (Items is null || Items.Length == Count)
            {
                Array.Resize(ref Items, Math.Max(2, Count * 2));
            }
            ref InterfaceCounters item = ref Items[Count++];
            if (item.Name is null || !Ascii.Equals(name, item.Name))
            {
                item.Name = Encoding.UTF8.GetString(name);
            }
            line = line[(colon + 1)..];
            item.ReceiveBytes = TextNumbers.Integer(TextNumbers.Word(ref line));
            item.ReceivePackets = TextNumbers.Integer(TextNumbers.Word(ref line));
            item.ReceiveErrors = TextNumbers.Integer(TextNumbers.Word(ref line));
            item.ReceiveDropped = TextNumbers.Integer(TextNumbers.Word(ref line));
            for (int skip = 0; skip < 4; skip++)
            {
                TextNumbers.Word(ref line);
            }
            item.TransmitBytes = TextNumbers.Integer(TextNumbers.Word(ref line));
            item.TransmitPackets = TextNumbers.Integer(TextNumbers.Word(ref line));
            item.TransmitErrors = TextNumbers.Integer(TextNumbers.Word(ref line));
            item.TransmitDropped = TextNumbers.Integer(TextNumbers.Word(ref line));
        }
    }
}

/// <summary>Reads the interfaces of a process's network namespace. Keeps that namespace alive until disposed.</summary>
public sealed class NetDevReader : IDisposable
{
    private readonly HeldFiles _files = new();
    private readonly HeldFile _file;

    private NetDevReader(int pid) => _file = _files.Hold($"/proc/{pid}/net", "dev");

    /// <summary>Null when the process is gone or shares our namespace: the machine's traffic is not its own.</summary>
    public static NetDevReader? Open(int pid)
    {
        string? theirs = new FileInfo($"/proc/{pid}/ns/net").LinkTarget;
        return theirs is null || theirs == new FileInfo("/proc/self/ns/net").LinkTarget ? null : new NetDevReader(pid);
    }

    public void Read(ref InterfaceTable table) => table.Read(HeldFiles.Text(_file));

    public void Dispose() => _files.Dispose();
}
