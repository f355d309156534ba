using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Web.Components.Parts.Tabs.Isolation;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Isolation;

public sealed class ProposalTests : PageTest
{
    private IRenderedComponent<IsolationTab> Open(Container c)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/containers/{c.Id}/isolation?view=proposal");
        return Render<IsolationTab>(p => p.Add(x => x.Container, c));
    }

    private void Seen()
    {
        Recordings.Now = FakeRecordings.Recorded(RecordingState.Ended, ["read", "write"], ["CHOWN"]);
        Recordings.Proposal = new("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", ["read", "write"], ["execve"], ["mount", "bpf", "keyctl"], [], ["ALL"], ["CHOWN"], ["KILL"], Recordings.Now);
    }

    [Fact]
    public void Recording_Never_OffersToWatchNowOrFromTheNextStart()
    {
        var view = Open(Engine.Add("a"));
        Assert.Contains("first instruction", view.Find(".recording").TextContent, StringComparison.Ordinal);
        view.FindAll(".recording .acts button")[1].Click();
        view.WaitForAssertion(() => Assert.Contains("from its next start", view.Find(".recording header").TextContent, StringComparison.Ordinal));
        Assert.Equal(["start next"], Recordings.Asked);
    }

    [Fact]
    public void Recording_NotRunning_CanOnlyBeginWithTheNextStart() => Assert.Single(Open(Engine.Add("a", ContainerStatus.Exited)).FindAll(".recording .acts button"));

    [Fact]
    public void Recording_Watching_IsStopped()
    {
        Recordings.Now = FakeRecordings.Recorded(RecordingState.Watching, [], []);
        var view = Open(Engine.Add("a"));
        view.Find(".recording .acts .primary").Click();
        view.WaitForAssertion(() => Assert.Contains("ended", view.Find(".recording header").TextContent, StringComparison.Ordinal));
        Assert.Equal(["stop"], Recordings.Asked);
    }

    [Fact]
    public void Proposal_Seen_ShowsWhatIsKeptAndWhatCouldGo()
    {
        Seen();
        var proposal = Open(Engine.Add("a")).Find(".proposal");
        Assert.Equal(["System calls 3 of 6", "Capabilities 1 of 2"], proposal.QuerySelectorAll("h3").Select(h => h.TextContent));
        Assert.Equal(["read", "write", "execve", "mount", "bpf", "keyctl", "CHOWN", "KILL"], proposal.QuerySelectorAll("code").Select(c => c.TextContent));
    }

    [Fact]
    public void Apply_AskedAndConfirmed_WaitsForTheNextStart()
    {
        Seen();
        Answer(true);
        var view = Open(Engine.Add("a"));
        view.Find(".proposal .primary").Click();
        view.WaitForAssertion(() => Assert.Contains("with these capabilities: CHOWN", view.Find(".verdict").TextContent, StringComparison.Ordinal));
        Assert.True(view.Find(".proposal .primary").HasAttribute("disabled"));
        view.Find(".verdict button").Click();
        view.WaitForAssertion(() => Assert.Empty(view.FindAll(".verdict")));
        Assert.Equal(["apply", "discard"], Recordings.Asked);
    }

    [Fact]
    public void Apply_NotConfirmed_ChangesNothing()
    {
        Seen();
        Answer(false);
        var view = Open(Engine.Add("a"));
        view.Find(".proposal .primary").Click();
        Assert.Empty(Recordings.Asked);
    }

    [Fact]
    public void Download_Pressed_GivesTheProfileAsAFile()
    {
        Seen();
        var view = Open(Engine.Add("a"));
        view.Find(".proposal .quiet").Click();
        var call = JSInterop.VerifyInvoke("brigUi.download");
        Assert.Equal(["a-seccomp.json", "application/json", Recordings.Proposal!.SeccompProfile], call.Arguments);
    }

    [Fact]
    public void Apply_Privileged_IsNotOffered()
    {
        Seen();
        Assert.True(Open(Engine.Add("a", spec: s => s with { Privileged = true })).Find(".proposal .primary").HasAttribute("disabled"));
    }
}
