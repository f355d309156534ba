using Brig.Browser.Tests;
using Brig.Kernel.Tests.Stacks;
using Brig.Tests;
using Xunit.Abstractions;

namespace Brig.Peers.Tests.Applications;

/// <summary>A web server, an application and a database that find each other: made from the template, looked at, restarted, upgraded, spoilt and taken away in Chromium, asked from another machine.</summary>
[Collection(ExampleCollection.Name)]
public class ShopTests(ExampleImages examples, ITestOutputHelper output)
{
    private const string Template = "Web server, application and PostgreSQL", Application = "app/app.py";
    private static readonly System.Diagnostics.Stopwatch Clock = System.Diagnostics.Stopwatch.StartNew();

    [Fact]
    public async Task Shop_FromItsTemplateToItsEnd_KeepsItsDataAndAnswersEveryRequest()
    {
        var browser = new Chromium();
        await browser.InitializeAsync();
        await using var shop = await Shop.OpenAsync(examples);
        try
        {
            await using var tab = await browser.OpenAsync(shop.Brig);
            await WalkAsync(shop, new Person(tab), tab);
        }
        finally
        {
            await browser.DisposeAsync();
        }
    }

    private async Task WalkAsync(Shop shop, Person person, Dashboard tab)
    {
        async Task StepAsync(string name, Func<Task> step)
        {
            var begin = Clock.Elapsed;
            try
            {
                await step();
                output.WriteLine($"{name}: {(Clock.Elapsed - begin).TotalSeconds:0.0} s");
            }
            catch (Exception e)
            {
                await tab.KeepAsync("shop");
                throw new InvalidOperationException($"{name}: {e.Message}\n{await shop.SeenAsync()}", e);
            }
        }
        int visits = 0;
        await StepAsync("made from the template", async () =>
        {
            await person.MakeAsync(Template);
            string plan = await person.ApplyAsync();
            Assert.All((string[])["shop-web-1", "shop-app-1", "shop-db-1", "shop_data"], name => Assert.Contains(name, plan, StringComparison.Ordinal));
            await person.SeesAsync("3 of 3 containers run");
            await person.WaitsAsync();
            visits = Visit.Parse(await person.ClicksPortAsync(shop.Host, Shop.Port)).Number;
            Assert.Equal(visits + 1, await shop.VisitAsync());
        });
        await StepAsync("the engine is killed", async () =>
        {
            var before = await shop.ProcessAsync("shop-db-1");
            await tab.Page.EvaluateAsync("() => { window.ofTheKilled = true; }");
            await shop.Brig.KillAsync();
            await person.SeesAsync("Connection lost");
            await shop.Brig.StartAgainAsync();
            await shop.AnswersAgainAsync("the next engine's start");
            Assert.Equal(before, await shop.ProcessAsync("shop-db-1"));
            // It loads itself anew; whoever goes elsewhere at that moment is called back.
            await tab.Page.WaitForFunctionAsync("() => !window.ofTheKilled");
            await tab.Connected();
        });
        await StepAsync("the page is opened anew", () => tab.GoAsync("/stacks/shop"));
        foreach (string service in (string[])["db", "app", "web"])
        {
            await StepAsync($"{service} is restarted", async () =>
            {
                string before = await shop.StartedAsync($"shop-{service}-1");
                await person.RestartsAsync(service);
                await Wait.Until(async () => await shop.StartedAsync($"shop-{service}-1") != before, "it was started again");
                await person.WaitsAsync();
                await shop.AnswersAgainAsync(service + "'s restart");
            });
        }
        Assert.True(await shop.VisitAsync() >= visits + 6);
        await StepAsync("the application is upgraded under load", () => UpgradeAsync(shop, person));
        await StepAsync("a broken upgrade under load", () => BrokenUpgradeAsync(shop, person));
        await StepAsync("down", async () =>
        {
            await person.TakesDownWithVolumesAsync();
            await shop.NothingIsLeftAsync();
        });
    }

    private async Task UpgradeAsync(Shop shop, Person person)
    {
        var (before, database, proxy) = (await shop.IdsAsync(), await shop.ProcessAsync("shop-db-1"), await shop.ProcessAsync("shop-web-1"));
        await person.EditAsync(Application, ("VERSION = 1", "VERSION = 2"));
        var load = await LoadedAsync(shop, async () =>
        {
            string plan = await person.ApplyAsync();
            Assert.Contains("content of /srv/app.py", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("shop-db-1", plan, StringComparison.Ordinal);
            await person.SeesAsync("revision 2");
            await person.WaitsAsync();
        });

        Assert.NotEqual(before["shop-app-1"], (await shop.IdsAsync())["shop-app-1"]);
        Assert.Equal((database, proxy), (await shop.ProcessAsync("shop-db-1"), await shop.ProcessAsync("shop-web-1")));
        AnsweredAll(load, 1, 2);
    }

    /// <summary>What comes is not well, but answers all the same, and with 200: whoever sent it a single visitor would see it.</summary>
    private async Task BrokenUpgradeAsync(Shop shop, Person person)
    {
        var (before, database) = (await shop.IdsAsync(), await shop.ProcessAsync("shop-db-1"));
        await person.EditAsync(Application, ("VERSION = 2", "VERSION = 3"), ("SELECT 1", "SELECT 1 FROM nothing"));
        var load = await LoadedAsync(shop, async () =>
        {
            await person.ApplyAsync();
            await person.SeesAsync("was rolled back");
        });

        Assert.Equal(before, await shop.IdsAsync());
        Assert.Equal(database, await shop.ProcessAsync("shop-db-1"));
        AnsweredAll(load, 2);
    }

    /// <returns>The load that was on it before, meanwhile and after; ended.</returns>
    private static async Task<HttpLoad> LoadedAsync(Shop shop, Func<Task> work)
    {
        await using var load = await shop.LoadAsync();
        await MoreAsync(load);
        await work();
        await MoreAsync(load);
        return load;
    }

    private static async Task MoreAsync(HttpLoad load)
    {
        int good = load.Good;
        await Wait.Until(() => load.Good > good + 20, () => "more answers: " + string.Join('\n', load.Failures.Take(3)));
    }

    /// <summary>And each was counted once, by one of these versions.</summary>
    private void AnsweredAll(HttpLoad load, params int[] versions)
    {
        output.WriteLine($"{load.Good} answered, {load.Failures.Length} not");
        Assert.Empty(load.Failures);
        var visits = load.Bodies.Select(Visit.Parse).ToArray();
        Assert.Equal(load.Good, visits.Select(visit => visit.Number).Distinct().Count());
        Assert.Equal(versions, visits.Select(visit => visit.Version).Distinct().Order());
        Assert.Equal(versions.Length, visits.Select(visit => visit.Host).Distinct().Count());
    }
}
