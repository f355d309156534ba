using System.Net.WebSockets;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>GET /containers/{id}/attach/ws: what comes out is a frame as it comes, output and errors alike; what comes in, text or bytes, is input.</summary>
internal static class AttachSocketRoute
{
    private const int LongestPiece = 64 * 1024;

    public static async Task<IResult> AttachAsync(HttpContext http, string id, IContainers all, Stopping stopping)
    {
        var container = AttachRoutes.Attachable(all, id);
        var version = ApiVersion.Of(http);
        var wishes = AttachRoutes.Wishes(http, container, all: version.IsBefore(1, 42));   // until then nobody read the parameters
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw EngineException.Invalid("bad request: this is a web socket's address; send the upgrade headers");
        }
        using var stop = stopping.Or(http.RequestAborted);
        await using var program = await all.AttachWholeAsync(container.Id.Value, stop.Token);
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var output = CopyOutAsync(program, socket, version.IsBefore(1, 28) ? WebSocketMessageType.Text : WebSocketMessageType.Binary, wishes, stop.Token);
        var input = CopyInAsync(socket, program, wishes, stop.Token);
        await Task.WhenAny(output, input);
        bool left = !output.IsCompleted;
        await stop.CancelAsync();
        await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync(socket);
        await RawStreams.WhileUnheardAsync(program, async () =>
        {
            await input.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (left && wishes.Input is { ClosesProgram: true })
            {
                await RawStreams.CloseInputAsync(program);
            }
        });
        return Results.Empty;
    }

    private static async Task CopyOutAsync(IAttachment program, WebSocket socket, WebSocketMessageType type, RawStreamWishes wishes, CancellationToken stop)
    {
        await foreach (var chunk in program.ReadAsync(stop))
        {
            if (!chunk.Bytes.IsEmpty && (chunk.Stream == OutputStream.Stderr ? wishes.Stderr : wishes.Stdout))
            {
                await socket.SendAsync(chunk.Bytes, type, endOfMessage: true, stop);
            }
        }
    }

    private static async Task CopyInAsync(WebSocket socket, IAttachment program, RawStreamWishes wishes, CancellationToken stop)
    {
        byte[] piece = new byte[LongestPiece];
        var typed = new List<byte>();
        while (await socket.ReceiveAsync(piece.AsMemory(), stop) is { MessageType: not WebSocketMessageType.Close } received)
        {
            if (wishes.Input is not { } wanted)
            {
                continue;
            }
            typed.Clear();
            bool left = wanted.Keys is { } keys && keys.Take(piece.AsSpan(0, received.Count), typed);
            await program.WriteAsync(wanted.Keys is null ? piece.AsMemory(0, received.Count) : typed.ToArray(), stop);
            if (left)
            {
                return;
            }
        }
    }

    private static async Task CloseAsync(WebSocket socket)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
