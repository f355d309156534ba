using System.Net;

namespace Brig.Api.Tests.Process;

/// <summary>The real program: how it starts, what it refuses, how it ends.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Start_Ready_PrintsOneLineWhoseLinkLogsIn()
    {
        await using var brig = await BrigProcess.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        Assert.Equal("ok\n", await brig.Http.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
        using var login = await http.GetAsync(brig.LoginLink);

        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Contains($"data-path=\"{brig.Pages.AbsolutePath.TrimEnd('/')}\"", await login.Content.ReadAsStringAsync());
        Assert.NotEqual(0, brig.Url.Port);
    }

    [Fact]
    public async Task LoginLink_AskedOfTheRunningBrig_IsAnotherGoodLink()
    {
        await using var brig = await BrigProcess.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        var (code, output, errors) = await brig.CommandAsync("login-link");

        Assert.Equal((0, ""), (code, errors));
        Assert.NotEqual(brig.LoginLink, new Uri(output.Trim()));
        using var login = await http.GetAsync(new Uri(output.Trim()));
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
    }

    [Fact]
    public async Task LoginLink_NothingRuns_SaysSo()
    {
        var (code, output, errors) = await BrigProcess.RunToEndAsync(new Dictionary<string, string> { ["BRIG_RUN"] = "/tmp/brig-none" }, "login-link");

        Assert.Equal((1, ""), (code, output));
        Assert.Equal("No Brig runs with BRIG_RUN=/tmp/brig-none: nothing listens on /tmp/brig-none/login.sock.\n", errors);
    }

    [Theory]
    [InlineData("--help", 0, "usage: brig ", "")]
    [InlineData("serve", 64, "", "\"serve\" is no command of brig; brig --help tells what there is.\n")]
    public async Task Start_NoSuchCommandOrHelp_NothingStarts(string argument, int exitCode, string begins, string error)
    {
        var (code, output, errors) = await BrigProcess.RunToEndAsync(new Dictionary<string, string>(), argument);

        Assert.Equal((exitCode, error), (code, errors));
        Assert.StartsWith(begins, output);
    }

    [Theory]
    [InlineData("BRIG_TOKEN", "short", "BRIG_TOKEN is too easy to guess: it has 5 characters and needs at least 16.\n")]
    [InlineData("BRIG_URLS", "nonsense", "BRIG_URLS must be addresses such as http://127.0.0.1:8620; \"nonsense\" is not one.\n")]
    [InlineData("BRIG_ROOT", "/proc/brig", "BRIG_ROOT is /proc/brig, and Brig cannot write there: ")]
    public async Task Start_SettingIsWrong_OneSentenceAndExitCode64(string name, string value, string sentence)
    {
        var (code, output, errors) = await BrigProcess.RunToEndAsync(new Dictionary<string, string> { [name] = value });

        Assert.Equal((64, ""), (code, output));
        Assert.StartsWith(sentence, errors);
        Assert.Equal(errors.Length - 1, errors.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_AnotherHasTheRunFolder_OneSentenceAndTheFirstGoesOn()
    {
        await using var brig = await BrigProcess.StartAsync();

        var (code, output, errors) = await brig.CommandAsync();

        Assert.Equal((1, ""), (code, output));
        Assert.Contains($"Another Brig already uses {brig.Run}", errors.TrimEnd('\n').Split('\n')[^1]);
        Assert.Equal(0, (await brig.CommandAsync("login-link")).Code);
    }

    [Fact]
    public async Task Start_PortIsTaken_OneSentence()
    {
        await using var brig = await BrigProcess.StartAsync();
        string other = Directory.CreateTempSubdirectory("brig-").FullName;
        try
        {
            var (code, output, errors) = await BrigProcess.RunToEndAsync(new Dictionary<string, string>
            {
                ["BRIG_ROOT"] = other + "/root", ["BRIG_RUN"] = other + "/run", ["BRIG_URLS"] = brig.Url.GetLeftPart(UriPartial.Authority),
            });

            Assert.Equal((1, ""), (code, output));
            Assert.Contains("address already in use", errors);
            Assert.DoesNotContain("   at ", errors);
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public async Task Stop_StreamsAreOpen_WaitsForNone()
    {
        await using var brig = await BrigProcess.StartAsync();
        await using var stream = await brig.Http.GetStreamAsync(new Uri("/api/v1/events/follow", UriKind.Relative));
        using var idle = await brig.Http.GetAsync(new Uri("/healthz", UriKind.Relative));

        var (code, took) = await brig.StopAsync();

        Assert.Equal(0, code);
        // A host that waits for them does so for 30 seconds.
        Assert.True(took < Wait.Scale(TimeSpan.FromSeconds(20)), $"it took {took.TotalMilliseconds:0} ms");
        Assert.DoesNotContain("   at ", brig.Errors);
    }

    [Fact]
    public async Task Restart_AfterAKill_TheCookieIsStillGood()
    {
        await using var brig = await BrigProcess.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var login = await http.GetAsync(brig.LoginLink);
        string cookie = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        await brig.KillAsync();
        await brig.StartAgainAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(brig.Url, "/api/v1/containers"));
        request.Headers.Add("Cookie", cookie);
        using var list = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
    }

    [Fact]
    public async Task Start_UnrelatedVariablesAreSet_TheyDoNotConfigureBrig()
    {
        await using var brig = await BrigProcess.StartAsync(("ROOT", "relative"), ("TOKEN", "x"), ("URLS", "nonsense"), ("ASPNETCORE_URLS", "http://0.0.0.0:1"));

        Assert.Equal("127.0.0.1", brig.Url.Host);
    }
}
