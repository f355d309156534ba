using System.Net;
using System.Net.Sockets;
using Brig.Engine.Networks;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Brig.Web;

/// <summary>Tells the engine where Brig listens, between bind(2) and listen(2): containers reach none of its ports before the rules keep them from it, also of one that the kernel chose.</summary>
internal static class OwnPortGuard
{
    public static void AddOwnPortGuard(this IServiceCollection services) =>
        services.AddOptions<SocketTransportOptions>().Configure<IServiceProvider>((sockets, provider) => sockets.CreateBoundListenSocket = endpoint => Bind(endpoint, provider));

    public static Socket Bind(EndPoint endpoint, IServiceProvider services)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (socket.LocalEndPoint is IPEndPoint)
        {
            NoticeTheGone(socket);
        }
        if (socket.LocalEndPoint is IPEndPoint bound && !IPAddress.IsLoopback(bound.Address))
        {
            services.GetService<OwnPorts>()?.Add(bound.Port);
        }
        return socket;
    }

    /// <summary>
    /// A client whose machine or way vanished says nothing more, not even that: after half a minute of silence he is asked, and after another he is gone (tcp(7)).
    /// What accept(2) makes of a listening socket has its settings.
    /// </summary>
    private static void NoticeTheGone(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
