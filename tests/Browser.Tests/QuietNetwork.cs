using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Browser.Tests;

/// <summary>
/// A network namespace for Chromium alone. Whenever an address of an interface comes or goes, Chromium gives up what it is loading (ERR_NETWORK_CHANGED), and other tests beside these make bridges all the time.
/// From there the machine's loopback is reached by connections that are passed on, port by port.
/// </summary>
internal sealed class QuietNetwork : IDisposable
{
    private readonly TempFolder _folder = new("brig-quiet-");
    private readonly NetNamespace _inside = NetNamespace.Make();
    private readonly ConcurrentDictionary<int, Lazy<Socket>> _doors = new();

    private QuietNetwork()
    {
        using var links = RtNetlink.Open(_inside);
        links.Send(NetRequests.SetUp(links.Find("lo")!.Ref));
        links.Send(NetRequests.AddVeth(new("up0"), new("up1")));   // with no more than loopback Chromium would say that it is offline
        var up = links.Find("up0")!.Ref;
        links.Send(NetRequests.AddAddress(up, IPAddress.Parse("192.0.2.1"), 24), NetRequests.SetUp(links.Find("up1")!.Ref), NetRequests.SetUp(up));
    }

    public static QuietNetwork Make() => new();

    /// <summary>A program that begins another in here.</summary>
    /// <returns>The path of a script.</returns>
    public string Wrap(string executable)
    {
        string script = _folder.In("chromium");
        File.WriteAllText(script, string.Create(CultureInfo.InvariantCulture, $"#!/bin/sh\nexec nsenter --net=/proc/{Environment.ProcessId}/fd/{_inside.Descriptor} {executable} \"$@\"\n"));
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }

    /// <summary>From now on this port of 127.0.0.1 leads to that of the machine's, whoever listens there at the time.</summary>
    public void Open(int port) => _ = _doors.GetOrAdd(port, one => new(() => Listen(one))).Value;

    public void Dispose()
    {
        foreach (var door in _doors.Values)
        {
            door.Value.Dispose();
        }
        _inside.Dispose();
        _folder.Dispose();
    }

    private Socket Listen(int port)
    {
        var door = _inside.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        door.Bind(new IPEndPoint(IPAddress.Loopback, port));
        door.Listen();
        _ = AcceptAsync(door, port);
        return door;
    }

    private static async Task AcceptAsync(Socket door, int port)
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await door.AcceptAsync(), port);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed.
        }
    }

    private static async Task PassAsync(Socket client, int port)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, port);
                await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
            }
            catch (SocketException)
            {
                client.LingerState = new(true, 0);   // refused or broken there is broken here
            }
        }
    }

    /// <summary>Until the end of what is sent; the end is passed on as well.</summary>
    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int got;
            while ((got = await from.ReceiveAsync(buffer.AsMemory())) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, got));
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            from.Dispose();   // the other way ends too
            to.Dispose();
            throw;
        }
    }
}
