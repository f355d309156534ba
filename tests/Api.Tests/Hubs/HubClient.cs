using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Brig.Api.Tests.Hubs;

/// <summary>What a hub answered instead of a result.</summary>
public sealed class HubErrorException(string message) : Exception(message);

/// <summary>SignalR's JSON protocol over a bare web socket (aspnetcore, HubProtocol.md): calls and streams, nothing else.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const byte End = 0x1E;

    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<string, Channel<JsonElement>> _open = new();
    private readonly SemaphoreSlim _sending = new(1);
    private Task _receiving = Task.CompletedTask;
    private int _calls;

    public static async Task<HubClient> ConnectAsync(Uri hub, params (string Name, string Value)[] headers)
    {
        var client = new HubClient();
        foreach (var (name, value) in headers)
            client._socket.Options.SetRequestHeader(name, value);
        await client._socket.ConnectAsync(new UriBuilder(hub) { Scheme = "ws" }.Uri, default);
        await client.SendAsync(new { protocol = "json", version = 1 });
        client._receiving = client.ReceiveAsync();
        return client;
    }

    public async Task<JsonElement> InvokeAsync(string method, params object?[] arguments)
    {
        var (_, items) = await StartAsync(1, method, arguments);
        var result = await items.WaitToReadAsync() ? await items.ReadAsync() : default;
        await items.Completion;
        return result;
    }

    public async Task<(string Id, ChannelReader<JsonElement> Items)> StreamAsync(string method, params object?[] arguments) => await StartAsync(4, method, arguments);

    public Task CancelAsync(string id) => SendAsync(new { type = 5, invocationId = id });

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task<(string Id, ChannelReader<JsonElement> Items)> StartAsync(int type, string method, object?[] arguments)
    {
        string id = $"{Interlocked.Increment(ref _calls)}";
        // A test that does not read holds up its own connection, as a slow browser does.
        var items = _open[id] = Channel.CreateBounded<JsonElement>(16);
        await SendAsync(new { type, invocationId = id, target = method, arguments });
        return (id, items.Reader);
    }

    private async Task SendAsync(object message)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(message), End];
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, default);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        var bytes = new ArrayBufferWriter<byte>();
        Exception? why = null;
        try
        {
            while (true)
            {
                var got = await _socket.ReceiveAsync(bytes.GetMemory(64 * 1024), default);
                if (got.MessageType == WebSocketMessageType.Close)
                    break;
                bytes.Advance(got.Count);
                int end;
                while ((end = bytes.WrittenSpan.IndexOf(End)) >= 0)
                {
                    var message = JsonDocument.Parse(bytes.WrittenMemory[..end].ToArray()).RootElement;
                    byte[] rest = bytes.WrittenSpan[(end + 1)..].ToArray();
                    bytes.ResetWrittenCount();
                    bytes.Write(rest);
                    await HandleAsync(message);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            why = e;
        }
        foreach (var items in _open.Values)
            items.Writer.TryComplete(why ?? new HubErrorException("the connection was closed"));
    }

    private async Task HandleAsync(JsonElement message)
    {
        if (!message.TryGetProperty("type", out var type) || !message.TryGetProperty("invocationId", out var id) || !_open.TryGetValue(id.GetString()!, out var items))
            return;
        if (type.GetInt32() == 2)
        {
            try
            {
                await items.Writer.WriteAsync(message.GetProperty("item"));
            }
            catch (ChannelClosedException)
            {
            }
            return;
        }
        if (message.TryGetProperty("result", out var result))
            items.Writer.TryWrite(result);
        items.Writer.TryComplete(message.TryGetProperty("error", out var error) ? new HubErrorException(error.GetString()!) : null);
        _open.TryRemove(id.GetString()!, out _);
    }
}
