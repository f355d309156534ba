using Brig.Engine;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Brig.Web.Components.Pages;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Registries;

public sealed class RegistriesPageTests : PageTest
{
    private IRenderedComponent<RegistriesPage> Page(string address = "registries")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<RegistriesPage>();
    }

    [Fact]
    public void Page_NoSettings_SaysThatPublicImagesNeedNone() => Assert.Contains("None is needed for public images", Page().Find(".empty").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Page_Registries_ShowsWhoAndHowAndMirrors()
    {
        Registries.Put(new("docker.io", null, ["mirror.example", "other.example"], "sailor"));
        Registries.Put(new("old.example", true, [], null));
        var rows = Page().FindAll("tbody tr");

        Assert.Contains("sailor", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("https", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("mirror.example, other.example", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("nobody", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Equal("http", rows[1].QuerySelector(".mark.warn")!.TextContent);
        Assert.Contains("read and change", rows[1].QuerySelector(".mark.warn")!.GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_WrongPasswordThenRight_IsAskedAndKeptOnlyThen()
    {
        var page = Page("registries?do=add");
        page.Find("#r-host").Input("https://registry.example/v2/");
        page.Find("#r-mirrors").Input("mirror.example\nhttp://localhost:5001");
        page.Find("#r-user").Input("sailor");
        page.Find("#r-password").Change("wrong");
        page.Find("form.registry-form").Submit();

        Assert.Equal("The registry registry.example refuses the login of sailor.", page.Find("#r-password-hint.bad").TextContent);
        Assert.Empty(Registries.Kept);

        page.Find("#r-password").Change("right");
        Assert.Empty(page.FindAll("#r-password-hint.bad"));
        page.Find("form.registry-form").Submit();

        var (host, change) = Assert.Single(Registries.Kept);
        Assert.Equal("registry.example", host);
        Assert.Equal(["mirror.example", "localhost:5001"], change.Mirrors.ToArray());
        Assert.Equal(("sailor", "right", null), (change.Username, change.Password, change.Insecure));
        Assert.Contains("sailor is logged in to registry.example", page.Find(".note[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("form.registry-form"));
        Assert.Contains("registry.example", page.Find("tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Password_Typed_NeverComesBackAndIsNotInTheRequest()
    {
        var page = Page("registries?do=login&host=registry.example");
        page.Find("#r-user").Input("sailor");
        page.Find("#r-password").Change("hunter2");
        page.Find("form.registry-form").Submit();

        Assert.Equal("password", page.Find("#r-password").GetAttribute("type"));
        Assert.Equal("new-password", page.Find("#r-password").GetAttribute("autocomplete"));
        Assert.DoesNotContain("hunter2", page.Markup, StringComparison.Ordinal);
        var form = Page("registries?do=edit&host=registry.example");
        form.Find("#r-user").Input("sailor");
        form.Find("#r-password").Change("hunter2");
        Assert.Contains("\"username\":\"sailor\"", form.Find(".registry-form .command").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", form.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("registry", "", "", "", "#r-host-hint", "host with a dot")]
    [InlineData("registry.example", "no/mirror", "", "", "#r-mirrors-hint", "no/mirror")]
    [InlineData("registry.example", "registry.example", "", "", "#r-mirrors-hint", "itself")]
    [InlineData("registry.example", "", "", "secret", "#r-user-hint", "needs a username")]
    [InlineData("registry.example", "", "sailor", "", "#r-password-hint", "needs a password")]
    [InlineData("", "", "", "", "#r-host-hint", "host with a dot")]
    public void Add_SomethingWrong_IsSaidBesideItAndNothingAsked(string host, string mirrors, string username, string password, string where, string words)
    {
        var page = Page("registries?do=add");
        page.Find("#r-host").Input(host);
        page.Find("#r-mirrors").Input(mirrors);
        page.Find("#r-user").Input(username);
        page.Find("#r-password").Change(password);
        page.Find("form.registry-form").Submit();

        Assert.Contains(words, page.Find(where + ".bad").TextContent, StringComparison.Ordinal);
        Assert.Empty(Registries.Checked);
        Assert.Empty(Registries.Kept);
    }

    [Fact]
    public void Add_ByHttp_SaysWhoCanReadAndChange()
    {
        var page = Page("registries?do=add");
        page.Find("#r-host").Input("old.example");
        page.Find("#r-way").Change("Http");
        Assert.Contains("read and change what is sent", page.Find(".note.warn").TextContent, StringComparison.Ordinal);
        page.Find("form.registry-form").Submit();

        Assert.True(Assert.Single(Registries.Kept).Change.Insecure);
        Assert.Empty(Registries.Checked);       // there is no login to ask about
    }

    [Fact]
    public void Edit_NoNewPassword_TheKeptOneIsCheckedAndStays()
    {
        Registries.Put(new("registry.example", null, ["mirror.example"], "sailor"));
        var page = Page("registries?do=edit&host=registry.example");
        Assert.Contains("One is kept", page.Find("#r-password-hint").TextContent, StringComparison.Ordinal);
        page.Find("#r-mirrors").Input("");
        page.Find("form.registry-form").Submit();

        var (_, change) = Assert.Single(Registries.Kept);
        Assert.Equal(["registry.example sailor"], Registries.Checked);
        Assert.Equal(("sailor", null, 0), (change.Username, change.Password, change.Mirrors.Length));
    }

    [Fact]
    public void LogIn_KeepsTheOtherSettings()
    {
        Registries.Put(new("registry.example", true, ["mirror.example"], null));
        var page = Page("registries?do=login&host=registry.example");
        Assert.NotNull(page.Find(".registry-form .note.warn"));
        page.Find("#r-user").Input("sailor");
        page.Find("#r-password").Change("right");
        page.Find("form.registry-form").Submit();

        var (_, change) = Assert.Single(Registries.Kept);
        Assert.Equal((true, "sailor", "right", "mirror.example"), (change.Insecure, change.Username, change.Password, change.Mirrors.Single()));
    }

    [Fact]
    public void LogIn_NothingAnswers_ThereIsAWayToTheSettings()
    {
        Registries.Refusal = EngineException.Unavailable("The registry registry.example does not answer: Connection refused.");
        var page = Page("registries?do=login&host=registry.example");
        page.Find("#r-user").Input("sailor");
        page.Find("#r-password").Change("right");
        page.Find("form.registry-form").Submit();

        Assert.Contains("Connection refused", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("registries?do=edit&host=registry.example", page.Find("[role=alert] a").GetAttribute("href"));
        Assert.Empty(Registries.Kept);
    }

    [Fact]
    public void LogOut_Confirmed_TheOtherSettingsStay()
    {
        Registries.Put(new("registry.example", true, ["mirror.example"], "sailor"));
        var page = Page();
        Answer(true);
        page.Find("[aria-label='Log out registry.example']").Click();

        page.WaitForAssertion(() => Assert.Contains("nobody", page.Find("tbody").TextContent, StringComparison.Ordinal));
        var (_, change) = Assert.Single(Registries.Kept);
        Assert.Equal((true, null, null, "mirror.example"), (change.Insecure, change.Username, change.Password, change.Mirrors.Single()));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Remove_AsksOnce(bool yes)
    {
        Registries.Put(new("registry.example", null, [], null));
        var page = Page();
        Answer(yes);
        page.Find("[aria-label='Remove registry.example']").Click();

        page.WaitForAssertion(() => Assert.Equal(yes ? 0 : 1, page.FindAll("tbody tr").Count));
    }

    [Theory]
    [InlineData(null, true, "nobody is logged in")]
    [InlineData(null, false, "asks nobody for a login.")]
    [InlineData("sailor", true, "takes the login of sailor")]
    [InlineData("sailor", false, "has not looked at that of sailor")]
    public void Check_SaysWhatTheRegistrySaid(string? username, bool asks, string words)
    {
        Registries.Put(new("registry.example", null, [], username));
        Registries.Asks = asks;
        var page = Page();
        page.Find("[aria-label='Check registry.example']").Click();

        Assert.Contains(words, page.Find("tr.answer .good").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_Refused_TheSentenceIsBelow()
    {
        Registries.Put(new("registry.example", null, [], "sailor"));
        Registries.Refusal = EngineException.Unavailable("The registry registry.example does not answer: it is down.");
        var page = Page();
        page.Find("[aria-label='Check registry.example']").Click();

        Assert.Contains("it is down", page.Find("tr.answer .bad").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Task_RefusedByARegistry_LeadsToTheLogin()
    {
        Tasks.Set(new EngineTask("t1", "pull", "127.0.0.1:5000/a:1", EngineTaskState.Failed, FakeContainers.At, FakeContainers.At, [], null, "The registry 127.0.0.1:5000 wants a login.", 1) { LoginAt = "127.0.0.1:5000" });
        var page = Render<TasksPage>(with => with.Add(p => p.Id, "t1"));

        var link = page.Find(".task-detail [role=alert] a");
        Assert.Equal("registries?do=login&host=127.0.0.1%3A5000", link.GetAttribute("href"));
        Assert.Equal("Log in to 127.0.0.1:5000", link.TextContent);
    }
}
