using System.Buffers.Binary;
using System.Net;
using System.Text;
using Brig.Engine.Networks.Dns;

namespace Brig.Engine.Tests.Dns;

/// <summary>DNS messages made and read without the code under test.</summary>
internal sealed record Message(byte[] Bytes)
{
    public int Code => Bytes[3] & 0xF;
    public bool IsTruncated => (Bytes[2] & 2) != 0;
    public bool HasOpt => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(10)) == 1;
    public int AnswerCount => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(6));
    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Bytes);

    public static byte[] Query(string name, DnsType type, ushort id = 0x1234, int? edns = null, byte version = 0)
    {
        using MemoryStream to = new();
        to.Write([(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(edns is null ? 0 : 1)]);
        to.Write(Name(name));
        to.Write([0, (byte)type, 0, 1]);
        if (edns is { } size)
        {
            to.Write([0, 0, 41, (byte)(size >> 8), (byte)size, 0, version, 0, 0, 0, 0]);
        }
        return to.ToArray();
    }

    /// <summary>A server's answer to <paramref name="query"/> with one address.</summary>
    public static byte[] Answer(byte[] query, IPAddress address, int code = 0)
    {
        using MemoryStream to = new();
        to.Write(query.AsSpan(0, 2));
        to.Write([0x81, (byte)(0x80 | code), 0, 1, 0, (byte)(code == 0 ? 1 : 0), 0, 0, 0, 0]);
        int end = 12;
        while (query[end] != 0)
        {
            end += 1 + query[end];
        }
        to.Write(query.AsSpan(12, end + 5 - 12));
        if (code == 0)
        {
            to.Write([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
            to.Write(address.GetAddressBytes());
        }
        return to.ToArray();
    }

    public IPAddress[] Addresses()
    {
        List<IPAddress> found = [];
        foreach (var (type, data) in Records())
        {
            Assert.True(type is 1 or 28);
            found.Add(new(data));
        }
        return [.. found];
    }

    public string Pointer()
    {
        var (type, data) = Assert.Single(Records());
        Assert.Equal(12, type);
        List<string> labels = [];
        for (int at = 0; data[at] != 0; at += 1 + data[at])
        {
            labels.Add(Encoding.ASCII.GetString(data, at + 1, data[at]));
        }
        return string.Join('.', labels);
    }

    private List<(int Type, byte[] Data)> Records()
    {
        List<(int, byte[])> all = [];
        int at = 12;
        while (Bytes[at] != 0)
        {
            at += 1 + Bytes[at];
        }
        at += 5;
        for (int i = 0; i < AnswerCount; i++)
        {
            Assert.Equal(0xC00C, BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(at)));
            int length = BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(at + 10));
            all.Add((BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(at + 2)), Bytes[(at + 12)..(at + 12 + length)]));
            at += 12 + length;
        }
        Assert.Equal(Bytes.Length, at + (HasOpt ? 11 : 0));
        return all;
    }

    private static byte[] Name(string name) => [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.Latin1.GetBytes(l)]), 0];
}
