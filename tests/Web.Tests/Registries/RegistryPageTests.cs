using Brig.Engine;
using Brig.Web.Components.Pages;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Registries;

public sealed class RegistryPageTests : PageTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private IRenderedComponent<RegistryPage> Page(string query = "")
    {
        Navigation.NavigateTo("registries/localhost%3A5000" + query);
        return Render<RegistryPage>(with => with.Add(p => p.Host, "localhost:5000"));
    }

    [Fact]
    public void Repositories_Searched_LeadToTheirTags()
    {
        Registries.Repositories = ["team/shop", "team/tool"];
        var page = Page("?q=OOL");
        var link = Assert.Single(page.FindAll("tbody a"));

        Assert.Equal(("team/tool", "registries/localhost%3A5000?repository=team%2Ftool"), (link.TextContent, link.GetAttribute("href")));
    }

    [Fact]
    public void Repositories_Many_FirstAreShownAndTheRestSaid()
    {
        Registries.Repositories = [.. Enumerable.Range(0, 1000).Select(i => $"r{i:000}")];
        var page = Page();

        Assert.Equal(200, page.FindAll("tbody tr").Count);
        Assert.Contains("200 of 1000", page.Find("p[role=status]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Tag_Pull_BeginsATaskAndGoesThere()
    {
        Registries.Tags = ["1", "2"];
        var page = Page("?repository=team%2Ftool");
        page.Find("[aria-label='Pull localhost:5000/team/tool:2']").Click();

        Assert.Equal(["pull localhost:5000/team/tool:2"], Registries.Begun);
        Assert.EndsWith("/tasks/t1", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Repositories_NotListed_SaysSoAndTakesAName()
    {
        Registries.Refusal = new(EngineErrorKind.Conflict, "The registry localhost:5000 wants a login.") { LoginAt = "localhost:5000" };
        var page = Page();

        Assert.Equal("registries?do=login&host=localhost%3A5000", page.Find("[role=alert] a").GetAttribute("href"));
        page.Find("#b-repository").Change("team/tool");
        page.Find("form.tools-line").Submit();
        Assert.EndsWith("registries/localhost%3A5000?repository=team%2Ftool", Navigation.Uri, StringComparison.Ordinal);
    }
}
