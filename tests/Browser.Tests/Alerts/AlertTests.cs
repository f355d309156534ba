using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.Tests;

namespace Brig.Browser.Tests.Alerts;

/// <summary>A target and a rule made by hand, a look at when it would have told, and the message at a webhook on loopback.</summary>
public sealed class AlertTests(Place place) : IClassFixture<Place>
{
    [Fact]
    public async Task Rule_ByHandInTheBrowser_FiresToAWebhookAndIsSilenced()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var tab = await place.Chromium.OpenAsync(place.Brig);
        var page = tab.Page;
        await tab.GoAsync("/alerts");
        await page.Locator(".page-head").GetByRole(AriaRole.Button, new() { Name = "New rule" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await page.Locator("#t-name").FillAsync("hook");
        await page.Locator("#t-url").FillAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the target" }).ClickAsync();
        var test = TakeAsync(listener);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        Assert.Contains("\"state\":\"test\"", await test, StringComparison.Ordinal);
        await Expect(page.GetByText("The test arrived.")).ToBeVisibleAsync();

        var form = page.Locator(".alert-form");
        await form.Locator("#a-name").FillAsync("says hello");
        await form.Locator("#a-about").SelectOptionAsync("containers");
        await form.Locator("#a-who").FillAsync("samp*");
        await form.GetByRole(AriaRole.Button, new() { Name = "Output", Exact = true }).ClickAsync();
        await form.Locator("#a-pattern").FillAsync("HELLO");
        await form.Locator("#a-count").FillAsync("3");
        await Expect(form.Locator(".preview header")).ToContainTextAsync("once in that time");
        await Expect(form.Locator(".preview li")).ToContainTextAsync("sample");
        await form.GetByText("Send to hook").ClickAsync();
        await tab.KeepAsync("alert-form");
        var message = TakeAsync(listener);
        await form.GetByRole(AriaRole.Button, new() { Name = "Create the rule" }).ClickAsync();
        Assert.Contains("\"name\":\"sample\"", await message, StringComparison.Ordinal);

        await Expect(page.Locator(".incidents li.firing")).ToContainTextAsync("sample wrote a line with \"HELLO\" 3 times within 5 min: hello");
        await Expect(page.Locator(".incidents li.firing")).ToContainTextAsync("Sent to hook.");
        await Expect(page.Locator(".alert-bell")).ToContainTextAsync("1 alert");
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence for 1 h" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Silences" })).ToBeVisibleAsync();
        await Expect(page.Locator(".incidents li.firing")).ToContainTextAsync("silenced until");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Silence for 1 h" })).ToHaveCountAsync(0);
        await tab.KeepAsync("alerts");

        var over = TakeAsync(listener);
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn off says hello" }).ClickAsync();
        Assert.Contains("\"state\":\"resolved\"", await over, StringComparison.Ordinal);
        await Expect(page.Locator(".incidents li.firing")).ToHaveCountAsync(0);
        await Expect(page.Locator(".alert-bell")).ToHaveCountAsync(0);
        await tab.GoAsync("/events?kind=alert");
        await Expect(page.Locator(".events-table")).ToContainTextAsync("set off says hello");
        await tab.NoComplaints("alerts");
    }

    /// <summary>One request, answered by 204.</summary>
    /// <returns>All of it.</returns>
    private static async Task<string> TakeAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync().WaitAsync(Wait.Limit);
        var stream = client.GetStream();
        var request = new StringBuilder();
        byte[] buffer = new byte[8192];
        while (!request.ToString().TrimEnd().EndsWith('}'))
        {
            int read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                break;
            }
            request.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        await stream.WriteAsync("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        return request.ToString();
    }
}
