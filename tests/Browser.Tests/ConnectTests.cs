using System.Diagnostics;

namespace Brig.Browser.Tests;

/// <summary>The page "Connect a client": the line it shows is all that the docker command needs.</summary>
public sealed class ConnectTests(ConnectionTests.Browser browser) : IClassFixture<ConnectionTests.Browser>
{
    [Fact]
    public async Task Connect_WithThePagesOwnLine_WhatTheDockerCommandMakesIsOnThePage()
    {
        await using var brig = await BrigProcess.StartAsync();
        await using var tab = await browser.Chromium.OpenAsync(brig, 390, 844, ColorScheme.Light);
        try
        {
            await tab.GoAsync("/connect");
            string line = (await tab.Page.Locator("pre.command").First.InnerTextAsync()).Trim();
            Assert.StartsWith("export DOCKER_HOST=unix:///", line, StringComparison.Ordinal);

            await tab.GoAsync("/containers");
            await ShellAsync($"{line}\ndocker run -d --name by-docker --network none brig/busybox sleep 1000");
            var made = tab.Page.GetByRole(AriaRole.Link, new() { Name = "by-docker", Exact = true }).First;
            await Expect(made).ToBeVisibleAsync();
            await ShellAsync($"{line}\ndocker rm -f by-docker");
            await Expect(made).ToBeHiddenAsync();
        }
        catch
        {
            await tab.KeepAsync("connect");
            throw;
        }
        await tab.NoComplaints("connect");
    }

    private static async Task ShellAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-e", "-c", script]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string errors = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, errors);
    }
}
