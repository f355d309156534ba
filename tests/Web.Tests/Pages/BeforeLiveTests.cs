using System.Collections.Immutable;
using Brig.Engine.History;
using Brig.Engine.Stacks;
using Brig.Web.Components.Pages;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pages;

/// <summary>Forms that an address opens stand in the page before it is live. What is typed then would be lost when Blazor draws them anew, so they take nothing.</summary>
public sealed class BeforeLiveTests : PageTest
{
    public BeforeLiveTests() => SetRendererInfo(new RendererInfo("Static", isInteractive: false));

    private void Goto(string address) => Services.GetRequiredService<NavigationManager>().NavigateTo(address);

    private static void TakesNothing<T>(IRenderedComponent<T> page, string field) where T : IComponent
    {
        Assert.NotEmpty(page.FindAll(field));
        Assert.All(page.FindAll("input, select, textarea"), one => Assert.True(one.Closest("fieldset[disabled]") is not null, one.OuterHtml));
    }

    [Theory]
    [InlineData("build", "textarea#build-file")]
    [InlineData("pull", "form input")]
    [InlineData("load", "#l-file")]
    [InlineData("import", "#i-ref")]
    public void Images_FormInTheAddress_TakesNothingYet(string form, string field)
    {
        Goto("images?do=" + form);
        TakesNothing(Render<ImagesPage>(), field);
    }

    [Fact]
    public void Stack_Editor_TakesNothingYet()
    {
        Stacks.Set(new("aaaaaaaaaaaa", "shop", null, ["compose.yaml"], [], 2, true, [], FakeContainers.At));
        Goto("stacks/shop?tab=editor");
        TakesNothing(Render<StackPage>(p => p.Add(x => x.Name, "shop")), "textarea#stack-file");
    }

    [Fact]
    public void History_Picker_TakesNothingYet()
    {
        History.All = [.. History.All.Take(1), new HistorySource("id1", "web", "brig/busybox", null, null, ImmutableDictionary<string, string>.Empty, null, 0, 1, null)];
        Goto("history");
        TakesNothing(Render<HistoryPage>(), ".picker input[type=checkbox]");
    }
}
