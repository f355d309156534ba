using System.Buffers.Binary;
using System.Net.Sockets;

namespace Brig.Engine.Networks.Dns;

/// <summary>Messages by TCP have their length before them, two bytes (RFC 1035, 4.2.2).</summary>
internal static class TcpMessages
{
    /// <param name="framed">Two bytes of room, then the message.</param>
    public static async Task SendAsync(Socket socket, byte[] framed, int length, CancellationToken stop)
    {
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)length);
        for (int sent = 0; sent < length + 2;)
        {
            sent += await socket.SendAsync(framed.AsMemory(sent, length + 2 - sent), stop);
        }
    }

    /// <returns>The length of the message; 0: the other side ended, or says more than <paramref name="message"/> holds.</returns>
    public static async Task<int> ReceiveAsync(Socket socket, byte[] message, CancellationToken stop)
    {
        if (!await FillAsync(socket, message.AsMemory(0, 2), stop))
        {
            return 0;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(message);
        return length <= message.Length && await FillAsync(socket, message.AsMemory(0, length), stop) ? length : 0;
    }

    private static async Task<bool> FillAsync(Socket socket, Memory<byte> part, CancellationToken stop)
    {
        for (int got = 0; got < part.Length;)
        {
            int more = await socket.ReceiveAsync(part[got..], stop);
            if (more == 0)
            {
                return false;
            }
            got += more;
        }
        return true;
    }
}
