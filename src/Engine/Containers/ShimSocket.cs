using System.Net.Sockets;
using System.Text;
using Brig.Linux;

namespace Brig.Engine.Containers;

/// <summary>The way to a shim that listens.</summary>
internal static class ShimSocket
{
    /// <summary>sun_path's 108 bytes with the zero (unix(7)).</summary>
    private const int LongestPath = 107;

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<Socket> ConnectAsync(string runFolder, CancellationToken stop)
    {
        string path = runFolder + "/shim.sock";
        using var folder = Encoding.UTF8.GetByteCount(path) > LongestPath ? DirectoryHandle.Open(runFolder) : null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder is null ? path : $"{folder.Path}/shim.sock"), stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
