using System.Net.Sockets;
using System.Text;
using Brig.Tests;
using Brig.Web.Api.Docker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Api.Tests.Docker;

/// <summary>The connection alone, with a request that takes it over and answers with what it reads, each byte in capitals, and at the end of it with a dot.</summary>
public sealed class HijackTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-hijack-").FullName;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly QuickTime _time = new();
    private KestrelServer _server = null!;

    private string Path => System.IO.Path.Combine(_folder, "docker.sock");

    public async Task InitializeAsync()
    {
        var services = new ServiceCollection().AddLogging().AddOptions().AddSingleton<TimeProvider>(_time).AddSingleton<IHttpContextFactory, DefaultHttpContextFactory>().BuildServiceProvider();
        _server = DockerServer.On(Path, services, NullLoggerFactory.Instance);
        await _server.StartAsync(new DockerApplication(ShoutAsync, services.GetRequiredService<IHttpContextFactory>()), default);
    }

    public async Task DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _server.StopAsync(now.Token);
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("Upgrade: tcp\r\nConnection: Upgrade\r\n", "HTTP/1.1 101 UPGRADED\r\n")]
    [InlineData("", "HTTP/1.1 200 OK\r\n")]
    public async Task Take_AfterABody_SpeaksRawUntilTheInputEnds(string headers, string status)
    {
        using var client = await ConnectAsync();
        // What is raw already lies behind the body in one piece: it belongs to the program.
        await client.SendAsync(Encoding.ASCII.GetBytes($"POST /x HTTP/1.1\r\nHost: d\r\n{headers}Content-Length: 2\r\n\r\n{{}}abc"));
        await ReadUntilAsync(client, "ABC");
        await client.SendAsync("def"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        string all = await ReadUntilAsync(client, null);
        Assert.Equal("DEF.", all);
        Assert.StartsWith(status, _head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/vnd.docker.raw-stream\r\n", _head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_LotsWrittenAtTheEnd_AllArrives()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("POST /lots HTTP/1.1\r\nHost: d\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n"u8.ToArray());
        string all = await ReadUntilAsync(client, null);
        Assert.Equal(3_000_000, all.Length - all.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
    }

    [Fact]
    public async Task Gone_ClientClosesWhileNothingIsWritten_IsTold()
    {
        var client = await ConnectAsync();
        await client.SendAsync("POST /wait HTTP/1.1\r\nHost: d\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n"u8.ToArray());
        await ReadUntilAsync(client, "ready");
        client.Dispose();
        await _gone.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Gone_ClientShutsItsWritingEndOnly_IsNotTold()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("POST /twice HTTP/1.1\r\nHost: d\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n"u8.ToArray());
        await ReadUntilAsync(client, "now");
        client.Shutdown(SocketShutdown.Send);
        string all = await ReadUntilAsync(client, null);
        Assert.EndsWith("later", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_BodyWithoutEnd_IsRefused()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("POST /unread HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        await client.SendAsync(Encoding.ASCII.GetBytes("20000\r\n" + new string('x', 0x20000) + "\r\n"));
        await ReadUntilAsync(client, null);
        Assert.Equal(StatusCodes.Status413PayloadTooLarge, (await _refused.Task.WaitAsync(Wait.Limit)).Status);
    }

    private readonly TaskCompletionSource<DockerException> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _head = "";

    private async Task ShoutAsync(HttpContext http)
    {
        if (http.Request.Path == "/unread")
        {
            _refused.SetResult(await Assert.ThrowsAsync<DockerException>(() => Hijack.TakeAsync(http, Hijack.Raw)));
            http.Abort();
            return;
        }
        using (var body = new StreamReader(http.Request.Body))
        {
            await body.ReadToEndAsync();
        }
        var (pipe, gone) = await Hijack.TakeAsync(http, Hijack.Raw);
        switch (http.Request.Path.Value)
        {
            case "/lots":
                await pipe.Output.WriteAsync(new byte[3_000_000]);
                break;
            case "/wait":
                await pipe.Output.WriteAsync("ready"u8.ToArray());
                gone.Register(() => _gone.TrySetResult());
                await _gone.Task;
                break;
            case "/twice":
                await pipe.Output.WriteAsync("now"u8.ToArray(), gone);
                while (!(await pipe.Input.ReadAsync(gone)).IsCompleted)
                {
                }
                int before = _time.Timers;
                await Wait.Until(() => _time.Timers > before + 2, "it was looked whether it still reads");
                await pipe.Output.WriteAsync("later"u8.ToArray(), gone);
                break;
            default:
                while (await pipe.Input.ReadAsync(gone) is var read && !(read.IsCompleted && read.Buffer.IsEmpty))
                {
                    foreach (var piece in read.Buffer)
                    {
                        await pipe.Output.WriteAsync(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(piece.Span).ToUpperInvariant()), gone);
                    }
                    pipe.Input.AdvanceTo(read.Buffer.End);
                }
                await pipe.Output.WriteAsync("."u8.ToArray(), gone);
                break;
        }
    }

    /// <summary>Whoever waits for a time is woken at once, and counted.</summary>
    private sealed class QuickTime : TimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path));
        return socket;
    }

    /// <param name="end">Null: until the server closes.</param>
    private async Task<string> ReadUntilAsync(Socket client, string? end)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var all = new StringBuilder();
        byte[] piece = new byte[64 * 1024];
        while ((end is null || !all.ToString().EndsWith(end, StringComparison.Ordinal)) && await client.ReceiveAsync(piece, patience.Token) is > 0 and var count)
        {
            all.Append(Encoding.ASCII.GetString(piece, 0, count));
        }
        if (end is not null)
        {
            _head = all.ToString();
        }
        return all.ToString();
    }
}
