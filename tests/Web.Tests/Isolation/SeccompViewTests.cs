using Brig.Engine.Containers;
using Brig.Engine.Isolation.Seccomp;
using Brig.Web.Components.Parts.Tabs.Isolation;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Isolation;

public sealed class SeccompViewTests : PageTest
{
    private static readonly SeccompAnswer Allow = new(SeccompAction.Allow), Deny = new(SeccompAction.Errno, 1);

    private IRenderedComponent<IsolationTab> Open(string query, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var c = Engine.Add("a", spec: spec);
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/containers/{c.Id}/isolation?{query}");
        return Render<IsolationTab>(p => p.Add(x => x.Container, c));
    }

    private static ResolvedCall Call(string name, int number, SeccompAnswer answer) => new(name, number, [new([], answer)]);

    [Fact]
    public void Profile_Counts_SayHowManyOfEach()
    {
        Isolation.Profile = new([Call("read", 0, Allow), Call("mount", 165, Deny), Call("bpf", 321, Deny)], Deny, 999, Deny, []);
        var all = Isolation.Profile.All();
        Assert.Equal([all.Length, all.Length - 1, 0, 1], Open("view=seccomp").FindAll(".segments:not(.views) b").Select(b => int.Parse(b.TextContent, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Profile_Searched_ByNameAndBySubject()
    {
        Isolation.Profile = new([Call("read", 0, Allow), Call("mount", 165, Deny)], Deny, 999, Deny, []);
        var found = Names(Open("view=seccomp&q=umount")).ToArray();
        Assert.Equal(["umount2"], found);
        Assert.Contains("fsopen", Names(Open("view=seccomp&q=mounts")));
        Assert.Equal(["read"], Names(Open("view=seccomp&only=allowed")));
        Assert.Contains("No system call matches", Open("view=seccomp&q=nothing-like-it").Find(".seccomp tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Profile_NoFilter_SaysWhatThatMeans() => Assert.Contains("Every system call reaches the kernel", Open("view=seccomp").Find(".empty").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Denied_WithFilter_IsAnElementThatFollowsByItself()
    {
        var denials = Open("view=denied").Find("brig-denials");
        Assert.EndsWith("?view=seccomp&q=", denials.GetAttribute("link"), StringComparison.Ordinal);
        Assert.Empty(denials.Children);
    }

    [Fact]
    public void Denied_Unconfined_SaysThatNothingCanBeTold() =>
        Assert.Contains("Nothing is refused", Open("view=denied", s => s with { Seccomp = new(SeccompChoice.Unconfined) }).Find(".empty").TextContent, StringComparison.Ordinal);

    /// <summary>Whoever meets a call in the list shall read what it is about.</summary>
    [Fact]
    public void Topics_EveryCallOfThisMachine_HasOne()
    {
        var unknown = new ResolvedProfile([], Deny, 999, Deny, []).All().Select(call => call.Name).Where(name => SyscallTopics.Of(name) is null).ToArray();
        Assert.True(unknown.Length <= 5, string.Join(' ', unknown));
    }

    private static IEnumerable<string> Names(IRenderedComponent<IsolationTab> tab) => tab.FindAll(".seccomp tbody td:first-child").Where(td => td.GetAttribute("colspan") is null).Select(td => td.TextContent.Split(' ')[0]);
}
