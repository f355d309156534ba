using System.Net;
using System.Net.Sockets;
using Brig.Web;
using Brig.Web.Api.Docker;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Docker;

/// <summary>Who comes by TCP, before it is known who he is, and after he vanished.</summary>
public sealed class StrangersTests
{
    private readonly Strangers _strangers = new();

    [Fact]
    public void Come_OneTooMany_TheOldestThatShowedNothingIsCutOff()
    {
        var stay = new TaskCompletionSource();
        Visitor[] all = [.. Enumerable.Range(0, Strangers.Most + 1).Select(_ => new Visitor())];
        _ = _strangers.ComeAsync(all[0], connection => _strangers.AdmittedAsync(connection, _ => stay.Task));
        foreach (var visitor in all[1..])
        {
            _ = _strangers.ComeAsync(visitor, _ => stay.Task);
        }
        Assert.DoesNotContain(all, visitor => visitor.IsCutOff);

        _ = _strangers.ComeAsync(new Visitor(), _ => stay.Task);
        Assert.Equal([all[1]], all.Where(visitor => visitor.IsCutOff));
    }

    [Fact]
    public async Task Come_ManyThatLeave_NobodyIsCutOff()
    {
        for (int i = 0; i < 3 * Strangers.Most; i++)
        {
            var visitor = new Visitor();
            await _strangers.ComeAsync(visitor, _ => Task.CompletedTask);
            Assert.False(visitor.IsCutOff);
        }
    }

    [Fact]
    public async Task Bind_ByTcp_WhoIsAcceptedIsAskedWhetherHeIsThere()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        using var listening = OwnPortGuard.Bind(new IPEndPoint(IPAddress.Loopback, 0), services);
        listening.Listen();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listening.LocalEndPoint!);
        using var accepted = await listening.AcceptAsync();
        Assert.Equal(1, accepted.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(30, accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
    }

    private sealed class Visitor : DefaultConnectionContext
    {
        public bool IsCutOff { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsCutOff = true;
    }
}
