using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Brig.Tests;
using Brig.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Streams;

public sealed class PatientStreamTests
{
    [Fact]
    public async Task WriteAsync_ClientTakesNothing_EndsAndStaysEnded()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500));
        await using var stream = new PatientStream(pipe.Writer.AsStream(), TimeSpan.FromMilliseconds(50));
        await stream.WriteAsync(new byte[900]);
        await Assert.ThrowsAsync<TimeoutException>(() => stream.WriteAsync(new byte[900]).AsTask());
        await pipe.Reader.ReadAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => stream.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task WriteAsync_SomebodyStops_IsNoTimeout()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500));
        await using var stream = new PatientStream(pipe.Writer.AsStream(), TimeSpan.FromHours(1));
        using var stop = new CancellationTokenSource();
        var write = stream.WriteAsync(new byte[2000], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    [Fact]
    public async Task Answer_ClientOnTheNetworkTakesNothing_EndsAndTheConnectionBreaks()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<Stopping>();
        await using var app = builder.Build();
        var ended = new TaskCompletionSource();
        app.UseRouting();
        app.MapGet("/", () => OpenEnded.Answer(OpenEnded.PlainText, async (to, stop) =>
        {
            try
            {
                while (true)
                {
                    await to.WriteAsync(new byte[64 * 1024], stop);
                }
            }
            finally
            {
                ended.SetResult();
            }
        }, TimeSpan.FromMilliseconds(300)));
        await app.StartAsync();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.First()).Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        await ended.Task.WaitAsync(Wait.Limit);
        Assert.False(await EndsRegularlyAsync(client));
    }

    private static async Task<bool> EndsRegularlyAsync(Socket client)
    {
        byte[] buffer = new byte[1 << 20];
        bool isEnd = false;
        try
        {
            for (int got; (got = await client.ReceiveAsync(buffer)) > 0;)
            {
                isEnd = buffer.AsSpan(0, got).EndsWith("0\r\n\r\n"u8);
            }
            return isEnd;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
