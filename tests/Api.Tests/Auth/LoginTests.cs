using System.Net;
using Brig.Api.Tests.Support;
using Brig.Web.Auth;

namespace Brig.Api.Tests.Auth;

public sealed class LoginTests
{
    [Fact]
    public async Task Link_UsedTwice_WorksOnce()
    {
        await using var brig = await TestBrig.StartAsync();
        using var http = brig.NewClient();
        var link = new Uri(brig.NewLoginPath(), UriKind.Relative);

        using var first = await http.GetAsync(link);
        using var second = await http.GetAsync(link);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Contains($"data-path=\"{brig.HiddenPath}\"", await first.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.False(second.Headers.Contains("Set-Cookie"));
        Assert.Contains("This link was used already, or is older than fifteen minutes.", await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Link_Opened_TheCookieIsStrictAndHiddenFromScripts()
    {
        await using var brig = await TestBrig.StartAsync();
        using var http = brig.NewClient();

        using var response = await http.GetAsync(new Uri(brig.NewLoginPath(), UriKind.Relative));

        string cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; samesite=strict; httponly", cookie);
        Assert.Contains($"; path={brig.HiddenPath};", cookie);
        Assert.Matches("^/~[A-Za-z0-9_-]{11}$", brig.HiddenPath);
        Assert.DoesNotContain("; secure", cookie);
    }

    [Fact]
    public async Task Page_BelowTheHiddenPathWithoutCookie_LeadsToTheLogin()
    {
        await using var brig = await TestBrig.StartAsync();
        using var http = brig.NewClient();

        using var response = await http.GetAsync(new Uri(brig.HiddenPath + "/containers", UriKind.Relative));

        Assert.Equal((HttpStatusCode.Redirect, "/login"), (response.StatusCode, response.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task Page_LinkedFromAnotherSite_GoesOnByAPageOfOurOwn()
    {
        await using var brig = await TestBrig.StartAsync();
        using var http = brig.NewClient();
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        using var response = await http.GetAsync(new Uri(brig.HiddenPath + "/containers", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("/enter.js", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Page_BelowTheHiddenPath_NamesItAsItsBase()
    {
        await using var brig = await TestBrig.StartAsync();
        using var http = brig.NewClient();
        http.DefaultRequestHeaders.Add("Cookie", await brig.LogInAsync());

        string page = await http.GetStringAsync(new Uri(brig.HiddenPath + "/events", UriKind.Relative));

        Assert.Contains($"<base href=\"{brig.HiddenPath}/\"", page);
    }

    [Fact]
    public async Task Cookie_AfterARestartOnTheSameRoot_IsStillGood()
    {
        string home = Directory.CreateTempSubdirectory("brig-api-").FullName;
        try
        {
            string cookie;
            await using (var before = await TestBrig.StartAsync(home))
            {
                cookie = await before.LogInAsync();
            }
            await using var after = await TestBrig.StartAsync(home);
            Assert.Equal(HttpStatusCode.OK, await ListAsync(after, cookie));

            await using var other = await TestBrig.StartAsync();
            Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(other, cookie));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task Keys_Kept_OnlyTheOwnerMayLook()
    {
        string home = Directory.CreateTempSubdirectory("brig-api-").FullName;
        try
        {
            await using var brig = await TestBrig.StartAsync(home);
            await brig.LogInAsync();

            string keys = Path.Combine(home, "root/keys");
            Assert.NotEmpty(Directory.GetFiles(keys, "key-*.xml"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(home, "run/login.sock")));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task Logout_Done_TheBrowserForgetsTheCookie()
    {
        await using var brig = await TestBrig.StartAsync();
        using var http = brig.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/logout");
        string cookie = await brig.LogInAsync();
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Origin", brig.Url.GetLeftPart(UriPartial.Authority));

        using var response = await http.SendAsync(request);

        Assert.Equal((HttpStatusCode.Redirect, "/login"), (response.StatusCode, response.Headers.Location!.OriginalString));
        Assert.StartsWith(cookie.Split('=')[0] + "=;", response.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task Login_GuessedMoreThanTenTimes_IsRefusedUnread()
    {
        await using var brig = await TestBrig.StartAsync();
        using var http = brig.NewClient();

        var codes = new List<HttpStatusCode>();
        for (int i = 0; i < 11; i++)
        {
            using var response = await http.GetAsync(new Uri("/login?token=guess", UriKind.Relative));
            codes.Add(response.StatusCode);
        }
        using var good = await http.GetAsync(new Uri(brig.NewLoginPath(), UriKind.Relative));

        Assert.All(codes[..10], code => Assert.Equal(HttpStatusCode.Unauthorized, code));
        Assert.Equal(HttpStatusCode.TooManyRequests, codes[10]);
        Assert.Equal(HttpStatusCode.TooManyRequests, good.StatusCode);
    }

    [Fact]
    public void Link_OlderThanFifteenMinutes_IsNotGood()
    {
        var time = new SetTime();
        var links = new LoginLinks(time);
        string early = links.NewToken();
        time.Now += TimeSpan.FromMinutes(14);
        string late = links.NewToken();

        time.Now += TimeSpan.FromMinutes(1);

        Assert.False(links.TryUse(early));
        Assert.True(links.TryUse(late));
    }

    [Fact]
    public void Links_MoreThanSixteen_TheOldestGivesWay()
    {
        var links = new LoginLinks(TimeProvider.System);
        string[] tokens = [.. Enumerable.Range(0, 17).Select(_ => links.NewToken())];

        Assert.False(links.TryUse(tokens[0]));
        Assert.All(tokens[1..], token => Assert.True(links.TryUse(token)));
        Assert.All(tokens, token => Assert.Equal(43, token.Length));
    }

    private static async Task<HttpStatusCode> ListAsync(TestBrig brig, string cookie)
    {
        using var http = brig.NewClient();
        http.DefaultRequestHeaders.Add("Cookie", cookie);
        using var response = await http.GetAsync(new Uri("/api/v1/containers", UriKind.Relative));
        return response.StatusCode;
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
