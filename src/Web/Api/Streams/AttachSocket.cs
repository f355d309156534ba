using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api;

/// <summary>What a client says in a text frame: <c>{"resize":{"rows":40,"columns":120}}</c> or <c>{"closeInput":true}</c>.</summary>
internal sealed record AttachControl(AttachSize? Resize = null, bool CloseInput = false);

internal sealed record AttachSize(int Rows, int Columns);

/// <summary>What Brig says in a text frame: how many bytes of output this client was too slow for.</summary>
internal sealed record AttachNotice(long Skipped);

/// <summary>
/// Standard streams over a web socket. Binary frames: one byte says which stream (0 to the program, 1 its output, 2 its errors), the rest are its bytes.
/// When the program ends the socket is closed with 1000.
/// </summary>
internal static class AttachSocket
{
    private const byte Stdin = 0;
    private const int LongestMessage = 64 * 1024;

    /// <summary>How long a client may take to answer a close.</summary>
    private static readonly TimeSpan PatienceForClose = TimeSpan.FromMilliseconds(300);

    public static async Task AnswerAsync(HttpContext http, Stopping stopping, Func<CancellationToken, Task<IAttachment>> attach)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw EngineException.Invalid("Attaching takes a web socket; send the upgrade headers.");
        }
        using var stop = stopping.Or(http.RequestAborted);
        await using var attachment = await attach(stop.Token); // may refuse, and then it is still plain HTTP
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);

        // Whichever way ends first decides how the socket is closed. A read that is cancelled aborts the socket, so reading is cancelled last.
        var output = SendOutputAsync(socket, attachment, stop.Token);
        var input = ReceiveInputAsync(socket, attachment, reading.Token);
        var first = await Task.WhenAny(output, input);
        var (status, why) = await HowItEndedAsync(first, first == output);
        await stop.CancelAsync();
        await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync(socket, status, why);
        reading.CancelAfter(PatienceForClose);
        await input.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<(WebSocketCloseStatus Status, string? Why)> HowItEndedAsync(Task first, bool wasOutput)
    {
        try
        {
            await first;
            return (WebSocketCloseStatus.NormalClosure, wasOutput ? "The program has ended." : null);
        }
        catch (OperationCanceledException)
        {
            return (WebSocketCloseStatus.EndpointUnavailable, "Brig stops now; the program goes on.");
        }
        catch (ApiJsonException e)
        {
            return (WebSocketCloseStatus.InvalidPayloadData, e.Message);
        }
        catch (EngineException e)
        {
            return (WebSocketCloseStatus.InternalServerError, e.Message);
        }
        catch (WebSocketException)
        {
            return (WebSocketCloseStatus.Empty, null); // the client went without a word
        }
    }

    private static async Task SendOutputAsync(WebSocket socket, IAttachment attachment, CancellationToken stop)
    {
        byte[] frame = ArrayPool<byte>.Shared.Rent(LongestMessage);
        try
        {
            await foreach (var chunk in attachment.ReadAsync(stop))
            {
                if (chunk.SkippedBytes > 0)
                {
                    await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new AttachNotice(chunk.SkippedBytes), ApiJson.Options), WebSocketMessageType.Text, true, stop);
                }
                for (var rest = chunk.Bytes; rest.Length > 0;)
                {
                    int count = Math.Min(rest.Length, LongestMessage - 1);
                    frame[0] = (byte)chunk.Stream;
                    rest[..count].CopyTo(frame.AsMemory(1));
                    await socket.SendAsync(frame.AsMemory(0, count + 1), WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, stop);
                    rest = rest[count..];
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private static async Task ReceiveInputAsync(WebSocket socket, IAttachment attachment, CancellationToken stop)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(LongestMessage);
        try
        {
            while (await ReceiveMessageAsync(socket, message, stop) is { } received)
            {
                if (received.Type == WebSocketMessageType.Text)
                {
                    await ControlAsync(attachment, Parse(message.AsSpan(0, received.Length)), stop);
                }
                else if (received.Length > 0 && message[0] == Stdin)
                {
                    await attachment.WriteAsync(message.AsMemory(1, received.Length - 1), stop);
                }
                else
                {
                    throw new ApiJsonException("A binary frame must begin with the byte 0, which stands for standard input.");
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <summary>One whole message in <paramref name="into"/>, or null when the client closes.</summary>
    private static async Task<(WebSocketMessageType Type, int Length)?> ReceiveMessageAsync(WebSocket socket, byte[] into, CancellationToken stop)
    {
        int length = 0;
        while (length < LongestMessage)
        {
            var part = await socket.ReceiveAsync(into.AsMemory(length, LongestMessage - length), stop);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }
            if (part.EndOfMessage)
            {
                return (part.MessageType, length);
            }
        }
        throw new ApiJsonException($"A message may have at most {LongestMessage - 1} bytes; split the input.");
    }

    private static AttachControl Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize<AttachControl>(text, ApiJson.Options) ?? throw new ApiJsonException("A text frame must be a JSON object.");
        }
        catch (JsonException e) when (e is not ApiJsonException)
        {
            throw new ApiJsonException(BadRequests.Sentence(e));
        }
    }

    private static async Task ControlAsync(IAttachment attachment, AttachControl control, CancellationToken stop)
    {
        if (control.Resize is { } size)
        {
            await attachment.ResizeAsync(size.Rows, size.Columns, stop);
        }
        if (control.CloseInput)
        {
            await attachment.CloseInputAsync(stop);
        }
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string? why)
    {
        const int LongestReason = 120; // bytes; RFC 6455 allows 123
        using var patience = new CancellationTokenSource(PatienceForClose);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                string? reason = why is { Length: > LongestReason } ? string.Concat(why.AsSpan(0, LongestReason - 3), "...") : why;
                await socket.CloseOutputAsync(status, reason, patience.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ArgumentException)
        {
            socket.Abort();
        }
    }
}
