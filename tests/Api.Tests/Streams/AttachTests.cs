using System.Net.WebSockets;
using System.Text;
using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Streams;

public sealed class AttachTests
{
    [Theory]
    [InlineData("/api/v1/containers/web/attach", "attach web")]
    [InlineData("/api/v1/exec/e1/attach", "attach-exec e1")]
    public async Task Attach_InputResizeAndEnd_EachInItsFrame(string path, string call)
    {
        await using var brig = await TestBrig.StartAsync();
        using var socket = await OpenAsync(brig, path);

        Assert.Equal("text {\"skipped\":5}", await ReceiveAsync(socket));
        Assert.Equal("1 hello\n", await ReceiveAsync(socket));
        await socket.SendAsync("\0ls\n"u8.ToArray(), WebSocketMessageType.Binary, true, default);
        Assert.Equal("2 got ls\n", await ReceiveAsync(socket));
        await SendTextAsync(socket, """{"resize":{"rows":40,"columns":120}}""");
        await SendTextAsync(socket, """{"closeInput":true}""");
        Assert.Equal("close NormalClosure The program has ended.", await ReceiveAsync(socket));

        Assert.Equal((40, 120), brig.Containers.Attachment.Size);
        Assert.Equal(call, Assert.Single(brig.Containers.Calls));
        await Wait.Until(() => brig.Containers.Attachment.Disposed, "the attachment to be let go");
    }

    [Theory]
    [InlineData("""{"resize":{"rows":"x"}}""", "\"resize.rows\" must be a number.")]
    [InlineData("""{"shout":true}""", "\"shout\" is not known here.")]
    [InlineData("hello", "The body is not JSON: it goes wrong at line 1, byte 1.")]
    public async Task Attach_TextFrameIsWrong_ClosesWithTheSentence(string text, string sentence)
    {
        await using var brig = await TestBrig.StartAsync();
        using var socket = await OpenAsync(brig, "/api/v1/containers/web/attach");
        await ReceiveAsync(socket);
        await ReceiveAsync(socket);

        await SendTextAsync(socket, text);

        Assert.Equal("close InvalidPayloadData " + sentence, await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Attach_ClientLeaves_TheAttachmentIsLetGo()
    {
        await using var brig = await TestBrig.StartAsync();
        using (var socket = await OpenAsync(brig, "/api/v1/containers/web/attach"))
        {
            await ReceiveAsync(socket);
            socket.Abort();
        }

        await Wait.Until(() => brig.Containers.Attachment.Disposed, "the attachment to be let go");
    }

    [Fact]
    public async Task Attach_BrigStops_TheSocketIsToldWhy()
    {
        await using var brig = await TestBrig.StartAsync();
        using var socket = await OpenAsync(brig, "/api/v1/containers/web/attach");
        await ReceiveAsync(socket);
        await ReceiveAsync(socket);

        await brig.DisposeAsync();

        Assert.Equal("close EndpointUnavailable Brig stops now; the program goes on.", await ReceiveAsync(socket));
    }

    private static async Task<ClientWebSocket> OpenAsync(TestBrig brig, string path)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + TestBrig.Token);
        await socket.ConnectAsync(new UriBuilder(brig.Url) { Scheme = "ws", Path = path }.Uri, default);
        return socket;
    }

    private static Task SendTextAsync(ClientWebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[4096];
        var got = await socket.ReceiveAsync(buffer, default).WaitAsync(Wait.Limit);
        return got.MessageType switch
        {
            WebSocketMessageType.Close => $"close {socket.CloseStatus} {socket.CloseStatusDescription}",
            WebSocketMessageType.Text => "text " + Encoding.UTF8.GetString(buffer, 0, got.Count),
            _ => $"{buffer[0]} {Encoding.UTF8.GetString(buffer, 1, got.Count - 1)}",
        };
    }
}
