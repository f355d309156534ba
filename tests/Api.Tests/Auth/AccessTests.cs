using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Auth;

/// <summary>Who may do what: the cookie, the token, the Origin and the Host, one against the other.</summary>
public sealed class AccessTests(SharedBrig shared) : IClassFixture<SharedBrig>
{
    [Theory]
    [InlineData("GET", "/api/v1/containers", 401)]
    [InlineData("POST", "/api/v1/containers/web/start", 401)]
    [InlineData("GET", "/openapi/v1.json", 401)]
    [InlineData("POST", "/hubs/live/negotiate", 401)]
    [InlineData("POST", "/_blazor/negotiate", 401)]
    [InlineData("GET", "/", 401)]
    [InlineData("GET", "/containers/web", 401)]
    [InlineData("GET", "/~guessed/containers", 401)]
    [InlineData("POST", "/logout", 401)]
    [InlineData("GET", "/healthz", 200)]
    [InlineData("GET", "/login", 200)]
    public async Task Request_FromAStranger_GetsNoFurther(string method, string path, int status)
    {
        var brig = shared.Brig;
        using var http = brig.NewClient();

        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(brig.Containers.Calls);
        Assert.DoesNotContain(brig.HiddenPath, await response.Content.ReadAsStringAsync());
        if (path.StartsWith("/api", StringComparison.Ordinal))
        {
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Contains("login", (await Answer.ReadAsync(response)).Problem().Replace("Log in", "login", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Bearer not-the-token-at-all", "The token is not this Brig's.")]
    [InlineData("Bearer " + TestBrig.Token + "x", "The token is not this Brig's.")]
    [InlineData("Basic YTpi", "The token is not this Brig's.")]
    public async Task Api_TokenIsWrong_Unauthorized(string header, string sentence)
    {
        var brig = shared.Brig;
        using var http = brig.NewClient();
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(header);

        using var response = await http.PostAsync(new Uri("/api/v1/containers/web/start", UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(sentence, (await Answer.ReadAsync(response)).Problem());
    }

    [Fact]
    public async Task Api_NoTokenIsConfigured_SaysSo()
    {
        await using var brig = await TestBrig.StartAsync(change: options => options with { Token = null });

        var answer = await brig.SendAsync("GET", "/api/v1/containers");

        Assert.Equal(401, answer.Status);
        Assert.Equal("This Brig has no token; set BRIG_TOKEN to use one.", answer.Problem());
    }

    [Fact]
    public async Task Pages_WithTheToken_StillWantALogin()
    {
        var brig = shared.Brig;
        using var http = brig.NewClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", TestBrig.Token);

        using var response = await http.GetAsync(new Uri("/", UriKind.Relative));

        Assert.False(response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("own", 200)]
    [InlineData(null, 403)]
    [InlineData("null", 403)]
    [InlineData("http://evil.example", 403)]
    [InlineData("http://127.0.0.1:1", 403)]
    public async Task Start_ByCookie_NeedsOurOwnOrigin(string? origin, int status)
    {
        await using var brig = await TestBrig.StartAsync();
        string cookie = await brig.LogInAsync();
        using var http = brig.NewClient();

        using var response = await http.SendAsync(Request(brig, "POST", "/api/v1/containers/web/start", cookie, origin));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, brig.Containers.Calls.Length);
    }

    [Fact]
    public async Task Start_ByTokenFromAnotherSitesPage_Forbidden()
    {
        var brig = shared.Brig;
        using var request = Request(brig, "POST", "/api/v1/containers/web/start", null, "http://evil.example");

        using var response = await brig.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("A page of \"http://evil.example\" may not do this; only Brig's own pages may.", (await Answer.ReadAsync(response)).Problem());
    }

    [Fact]
    public async Task Read_ByCookieWithoutOrigin_IsFine()
    {
        await using var brig = await TestBrig.StartAsync();
        string cookie = await brig.LogInAsync();
        using var http = brig.NewClient();

        using var response = await http.SendAsync(Request(brig, "GET", "/api/v1/containers", cookie, null));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("http://evil.example", false)]
    [InlineData(null, false)]
    [InlineData("own", true)]
    public async Task Attach_ByCookie_TheSocketNeedsOurOwnOrigin(string? origin, bool opens)
    {
        await using var brig = await TestBrig.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", await brig.LogInAsync());
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin == "own" ? Origin(brig) : origin);
        }
        var address = new UriBuilder(brig.Url) { Scheme = "ws", Path = "/api/v1/containers/web/attach" }.Uri;

        if (opens)
        {
            await socket.ConnectAsync(address, default);
            Assert.Equal(WebSocketState.Open, socket.State);
        }
        else
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, default));
            Assert.Contains("403", refused.Message);
        }
    }

    [Theory]
    [InlineData("evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    [InlineData("10.1.2.3", 421)]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("brig.example", 200)]
    public async Task Request_HostIsNobodyOfOurs_Misdirected(string host, int status)
    {
        await using var brig = await TestBrig.StartAsync(change: options => options with { Hosts = ["brig.example"] });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/containers");
        request.Headers.Host = $"{host}:{brig.Url.Port}";

        using var response = await brig.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Answer_Any_CarriesTheSecurityHeaders()
    {
        var brig = shared.Brig;

        var answer = await brig.SendAsync("GET", "/healthz");

        Assert.Contains("script-src 'self';", answer.Headers["Content-Security-Policy"]);
        Assert.Contains("frame-ancestors 'none'", answer.Headers["Content-Security-Policy"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("same-origin", answer.Headers["Referrer-Policy"]);
    }

    [Fact]
    public async Task Request_EngineNotReady_IsToldWhatItWaitsFor()
    {
        await using var brig = await TestBrig.StartAsync();
        brig.Status.WaitingFor = "adopting 12 containers";

        var health = await brig.SendAsync("GET", "/healthz");
        var list = await brig.SendAsync("GET", "/api/v1/containers");
        brig.Status.WaitingFor = null;

        Assert.Equal((503, "not ready: adopting 12 containers\n"), (health.Status, health.Body));
        Assert.Equal("Brig starts and is not ready yet: adopting 12 containers.", list.Problem());
        Assert.Equal((200, "ok\n"), ((await brig.SendAsync("GET", "/healthz")) is var ok ? (ok.Status, ok.Body) : default));
    }

    private static string Origin(TestBrig brig) => brig.Url.GetLeftPart(UriPartial.Authority);

    private static HttpRequestMessage Request(TestBrig brig, string method, string path, string? cookie, string? origin)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? Origin(brig) : origin);
        }
        return request;
    }
}
