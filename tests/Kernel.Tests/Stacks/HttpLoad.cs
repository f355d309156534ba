using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Stacks;

/// <summary>Asks one after the other from several sides at once, a connection for each request, and counts what did not go well.</summary>
public sealed class HttpLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _workers;
    private readonly List<string> _failures = [];
    private readonly HashSet<string> _bodies = [];
    private int _good;

    private HttpLoad(NetNamespace from, string address, int port, int workers) =>
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(from, address, port)))];

    /// <summary>Begins once somebody answers there: a stack is up when its containers are started, which is before they listen.</summary>
    public static async Task<HttpLoad> StartAsync(NetNamespace from, string address, int port, int workers = 4)
    {
        await Wait.Until(async () => (await GetAsync(from, address, port)).Body is not null, $"{address}:{port} answers");
        return new(from, address, port, workers);
    }

    public int Good => _good;

    public string[] Failures
    {
        get
        {
            lock (_failures)
            {
                return [.. _failures];
            }
        }
    }

    /// <summary>The different answers there were.</summary>
    public string[] Bodies
    {
        get
        {
            lock (_failures)
            {
                return [.. _bodies];
            }
        }
    }

    /// <summary>A whole answer; the reason when there is none.</summary>
    public static async Task<(string? Body, string? Failure)> GetAsync(NetNamespace from, string address, int port)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        var to = IPAddress.Parse(address);
        using var socket = from.MakeSocket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(to, port), limit.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n"), limit.Token);
            var answer = new StringBuilder();
            byte[] buffer = new byte[4096];
            for (int got; (got = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token)) > 0;)
            {
                answer.Append(Encoding.ASCII.GetString(buffer, 0, got));
            }
            string text = answer.ToString();
            int body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            return text.StartsWith("HTTP/1.", StringComparison.Ordinal) && text.Contains(" 200 ", StringComparison.Ordinal) && body > 0
                ? (text[(body + 4)..].Trim(), null)
                : (null, $"answered \"{text}\"");
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return (null, e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
        _stop.Dispose();
    }

    private async Task WorkAsync(NetNamespace from, string address, int port)
    {
        while (!_stop.IsCancellationRequested)
        {
            var (body, failure) = await GetAsync(from, address, port);
            lock (_failures)
            {
                if (failure is not null)
                {
                    _failures.Add($"{failure}, after {_good} that went well");
                }
                else
                {
                    _good++;
                    _bodies.Add(body!);
                }
            }
        }
    }
}
