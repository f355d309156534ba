using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Brig.Engine.Alerts;
using Brig.Engine.Alerts.Sending;
using Brig.Engine.Images.Registry;
using Brig.Engine.State;
using Brig.Tests;

namespace Brig.Engine.Tests.Alerts;

/// <summary>Against real sockets on loopback.</summary>
public sealed class SenderTests : IDisposable
{
    private static readonly AlertMessage Message = new("firing", "host", "memory", "i1", "c1", "web\r\nX-Evil: 1", "It is \"full\" — really.", DateTimeOffset.UnixEpoch, null, 99);

    private readonly EnginePaths _paths = new(new() { Root = Directory.CreateTempSubdirectory("senders").FullName });
    private readonly Store _store;
    private readonly AlertBook _book;

    public SenderTests()
    {
        _store = new(_paths);
        _store.Open();
        _book = new(_store, new SecretBox(_paths));
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_paths.Root, recursive: true);
    }

    [Fact]
    public async Task Webhook_Json_ArrivesWithItsSecretWhichIsKeptClosed()
    {
        using var listener = Listening(out int port);
        var answer = AnswerAsync(listener, "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
        var kept = await KeepAsync(new() { Name = "hook", Webhook = new($"http://127.0.0.1:{port}/a?b=c") { Authorization = "Bearer s3cret" } });
        Assert.DoesNotContain("s3cret", kept.Webhook!.Authorization, StringComparison.Ordinal);
        using var sender = new WebhookSender(_book);
        await sender.SendAsync(kept, Message, default);
        string request = await answer;
        Assert.StartsWith("POST /a?b=c HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer s3cret\r\n", request, StringComparison.Ordinal);
        var body = JsonNode.Parse(request[request.IndexOf("\r\n\r\n", StringComparison.Ordinal)..])!;
        Assert.Equal(("firing", "web\r\nX-Evil: 1", Message.Sentence), ((string)body["state"]!, (string)body["name"]!, (string)body["sentence"]!));
        var shown = AlertBook.Shown(kept).Webhook!;
        Assert.Equal((null, true), (shown.Authorization, shown.HasAuthorization));
    }

    [Theory]
    [InlineData(WebhookFormat.Slack, "\"text\"")]
    [InlineData(WebhookFormat.Discord, "\"allowed_mentions\":{\"parse\":[]}")]
    [InlineData(WebhookFormat.Ntfy, "Title: =?UTF-8?B?")]
    public async Task Webhook_OtherFormats_InTheirWords(WebhookFormat format, string part)
    {
        using var listener = Listening(out int port);
        var answer = AnswerAsync(listener, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var sender = new WebhookSender(_book);
        await sender.SendAsync(new() { Name = "hook", Webhook = new($"http://127.0.0.1:{port}/", format) }, Message, default);
        string request = await answer;
        Assert.Contains(part, request, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nX-Evil:", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 9\r\n\r\nno\u0007 disk!", "127.0.0.1 answered 500 Internal Server Error (no? disk!).")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "127.0.0.1 answered 302 Found.")]
    public async Task Webhook_AnythingBut2xx_OneSentence(string answered, string sentence)
    {
        using var listener = Listening(out int port);
        var answer = AnswerAsync(listener, answered);
        using var sender = new WebhookSender(_book);
        var error = await Assert.ThrowsAsync<EngineException>(() => sender.SendAsync(new() { Name = "hook", Webhook = new($"http://127.0.0.1:{port}/") }, Message, default));
        Assert.Equal(sentence, error.Message);
        await answer;
    }

    [Fact]
    public async Task Webhook_Hangs_EndsWithinItsPatience()
    {
        using var listener = Listening(out int port);      // takes the connection, says nothing
        var targets = new TargetTable();
        var desk = new AlertDesk(new(_store), targets, new(TimeProvider.System), TimeProvider.System);
        using var sender = new WebhookSender(_book);
        using var outbox = new Outbox(desk, targets, [sender], TimeProvider.System) { Patience = TimeSpan.FromSeconds(0.3) };
        var error = await Assert.ThrowsAsync<EngineException>(() => outbox.SendNowAsync(new() { Name = "hook", Webhook = new($"http://127.0.0.1:{port}/") }, Message, default));
        Assert.Equal("There was no answer within 0.3 seconds.", error.Message);
    }

    [Fact]
    public async Task Outbox_OneTargetHangs_TheOtherGetsItsMessages()
    {
        using var deaf = Listening(out int deafPort);
        using var listener = Listening(out int port);
        var answer = AnswerAsync(listener, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var incidents = new IncidentBook(_store);
        var targets = new TargetTable();
        var desk = new AlertDesk(incidents, targets, new(TimeProvider.System), TimeProvider.System);
        targets.Put(new AlertTarget { Name = "deaf", Webhook = new($"http://127.0.0.1:{deafPort}/") });
        targets.Put(new AlertTarget { Name = "good", Webhook = new($"http://127.0.0.1:{port}/") });
        var incident = new AlertIncident("i", "r", "rule", "c", "web", "It is so.", DateTimeOffset.UnixEpoch, null, null, 1, null, [new("deaf", AlertPhase.Fired, DeliveryState.Waiting), new("good", AlertPhase.Fired, DeliveryState.Waiting)]);
        incidents.Put(incident);
        using var sender = new WebhookSender(_book);
        using var outbox = new Outbox(desk, targets, [sender], TimeProvider.System);
        outbox.Send(incident);
        Assert.Contains("It is so.", await answer, StringComparison.Ordinal);
        await Wait.Until(() => desk.Incident("i")!.Deliveries[1].State == DeliveryState.Sent, "the message is told as sent");
        Assert.Equal(DeliveryState.Waiting, desk.Incident("i")!.Deliveries[0].State);
        await outbox.StopAsync();
    }

    [Fact]
    public async Task Mail_BySmtp_ArrivesAndNoNameMakesAHeader()
    {
        using var listener = Listening(out int port);
        var session = SmtpAsync(listener);
        var target = new AlertTarget { Name = "ops", Mail = new("127.0.0.1", "brig@example.org", "a@example.org, b@example.org", port, Tls: false) };
        var sender = new MailSender(_book);
        sender.Check(target);
        await sender.SendAsync(target, Message, default);
        string letter = await session;
        Assert.Contains("RCPT TO:<a@example.org>", letter, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<b@example.org>", letter, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", letter, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\r\nX-Evil:", letter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_AddressMovesToAnotherHost_IsNotTakenAlong()
    {
        var kept = await KeepAsync(new() { Name = "hook", Webhook = new("https://a.example/x") { Authorization = "Bearer s" } });
        var same = await _book.KeepAsync(new() { Name = "hook", Webhook = new("https://a.example/y") }, kept, default);
        Assert.Equal("Bearer s", _book.Open(same.Webhook!.Authorization, "hook"));
        var moved = await _book.KeepAsync(new() { Name = "hook", Webhook = new("https://evil.example/x") }, same, default);
        Assert.Null(moved.Webhook!.Authorization);
    }

    private Task<AlertTarget> KeepAsync(AlertTarget target) => _book.KeepAsync(target, null, default);

    private static TcpListener Listening(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    /// <returns>The request.</returns>
    private static async Task<string> AnswerAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var request = new StringBuilder();
        byte[] buffer = new byte[8192];
        while (!IsWhole(request.ToString()))
        {
            int read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                break;
            }
            request.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        return request.ToString();
    }

    private static bool IsWhole(string request)
    {
        int end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string? length = request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return end >= 0 && length is not null && Encoding.UTF8.GetByteCount(request.AsSpan(end + 4)) >= int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>As much of RFC 5321 as a client needs.</summary>
    private static async Task<string> SmtpAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        var all = new StringBuilder();
        await writer.WriteLineAsync("220 test");
        bool isData = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            all.Append(line).Append("\r\n");
            if (isData)
            {
                isData = line != ".";
                if (!isData)
                {
                    await writer.WriteLineAsync("250 taken");
                    return all.ToString();
                }
                continue;
            }
            isData = line == "DATA";
            await writer.WriteLineAsync(isData ? "354 go on" : "250 ok");
        }
        return all.ToString();
    }
}
