using System.Net.Sockets;
using System.Text;

namespace Brig.Api.Tests.Docker;

/// <summary>A client that takes its connection over, as the docker command does. Bytes are told as Latin-1.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public string Head { get; private set; } = "";

    public static async Task<RawClient> PostAsync(string socket, string path)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(new UnixDomainSocketEndPoint(socket));
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: d\r\nUpgrade: tcp\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n");
        byte[] one = new byte[1];
        while (!client.Head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.Equal(1, await client._socket.ReceiveAsync(one).WaitAsync(Limit));
            client.Head += (char)one[0];
        }
        return client;
    }

    public Task SendAsync(string text) => _socket.SendAsync(Encoding.Latin1.GetBytes(text));

    public void EndInput() => _socket.Shutdown(SocketShutdown.Send);

    public async Task<string> ReadToEndAsync()
    {
        var all = new StringBuilder();
        byte[] piece = new byte[64 * 1024];
        while (await _socket.ReceiveAsync(piece).WaitAsync(Limit) is > 0 and var count)
        {
            all.Append(Encoding.Latin1.GetString(piece, 0, count));
        }
        return all.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
