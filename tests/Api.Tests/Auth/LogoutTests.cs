using System.Net;
using System.Net.WebSockets;
using Brig.Api.Tests.Support;
using Brig.Engine;
using Brig.Engine.State;
using Brig.Web.Auth;

namespace Brig.Api.Tests.Auth;

public sealed class LogoutTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("brig-api-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Logout_Done_ACopyOfTheCookieIsRefusedAndOtherLoginsLiveOn()
    {
        await using var brig = await TestBrig.StartAsync(_home);
        string left = await brig.LogInAsync(), other = await brig.LogInAsync();
        Assert.Equal(HttpStatusCode.OK, await ListAsync(brig, left));

        await LogOutAsync(brig, left);

        Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(brig, left));
        Assert.Equal(HttpStatusCode.OK, await ListAsync(brig, other));
    }

    [Fact]
    public async Task Logout_ThenARestart_TheCopyIsStillRefused()
    {
        string left, other;
        await using (var before = await TestBrig.StartAsync(_home))
        {
            (left, other) = (await before.LogInAsync(), await before.LogInAsync());
            await LogOutAsync(before, left);
        }

        await using var after = await TestBrig.StartAsync(_home);

        Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(after, left));
        Assert.Equal(HttpStatusCode.OK, await ListAsync(after, other));
    }

    [Fact]
    public async Task Logout_WithTheHubOpen_EndsThatLoginsConnectionOnly()
    {
        await using var brig = await TestBrig.StartAsync(_home);
        string left = await brig.LogInAsync(), other = await brig.LogInAsync();
        using var ends = await OpenHubAsync(brig, left);
        using var stays = await OpenHubAsync(brig, other);

        await LogOutAsync(brig, left);

        await Assert.ThrowsAsync<WebSocketException>(() => ReadToEndAsync(ends).WaitAsync(Wait.Limit));
        await HandshakeAsync(stays);
    }

    [Fact]
    public async Task EndAsync_OneGrewTooOld_IsForgotten()
    {
        var time = new SetTime();
        Directory.CreateDirectory(_home + "/root");
        using var store = new Store(new EnginePaths(new EngineOptions { Root = _home + "/root", Run = _home + "/run" }));
        store.Open();
        var sessions = new Sessions(store, time);
        await sessions.EndAsync("old");
        time.Now += Sessions.Lifetime;
        await sessions.EndAsync("middle");
        Assert.True(sessions.IsEnded("old"));

        time.Now += TimeSpan.FromDays(1);
        await sessions.EndAsync("young");

        Assert.Equal((false, true, true), (sessions.IsEnded("old"), sessions.IsEnded("middle"), sessions.IsEnded("young")));
        Assert.Equal(2, store.SettingsUnder("web/").Count);
    }

    private static async Task LogOutAsync(TestBrig brig, string cookie)
    {
        using var http = brig.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/logout");
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Origin", brig.Url.GetLeftPart(UriPartial.Authority));
        using var response = await http.SendAsync(request);
        Assert.Equal((HttpStatusCode.Redirect, "/login"), (response.StatusCode, response.Headers.Location!.OriginalString));
    }

    private static async Task<HttpStatusCode> ListAsync(TestBrig brig, string cookie)
    {
        using var http = brig.NewClient();
        http.DefaultRequestHeaders.Add("Cookie", cookie);
        using var response = await http.GetAsync(new Uri("/api/v1/containers", UriKind.Relative));
        return response.StatusCode;
    }

    private static async Task<ClientWebSocket> OpenHubAsync(TestBrig brig, string cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", brig.Url.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new UriBuilder(brig.Url) { Scheme = "ws", Path = "/hubs/live" }.Uri, default);
        return socket;
    }

    private static async Task HandshakeAsync(ClientWebSocket socket)
    {
        await socket.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, default);
        var got = await socket.ReceiveAsync(new byte[64], default).WaitAsync(Wait.Limit);
        Assert.Equal(WebSocketMessageType.Text, got.MessageType);
    }

    private static async Task ReadToEndAsync(ClientWebSocket socket)
    {
        while ((await socket.ReceiveAsync(new byte[1024], default)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
