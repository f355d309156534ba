using Brig.Web.Components.Parts.Images;
using Brig.Engine.Tasks;
using Brig.Web.Components.Pages;
using Brig.Web.Components.Parts;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Web.Tests.Pages;

public sealed class TasksPageTests : PageTest
{
    private static EngineTask A(string id, EngineTaskState state, params TaskStep[] steps) => new(
        id, "build", "mine/app:1", state, Fakes.FakeContainers.At, state == EngineTaskState.Running ? null : Fakes.FakeContainers.At.AddSeconds(3), [.. steps],
        state == EngineTaskState.Succeeded ? "sha256:abc" : null, state == EngineTaskState.Failed ? "Dockerfile line 2: it went wrong." : null, 1);

    [Fact]
    public void Tasks_None_TeachesWhatWillBeHere() => Assert.Contains("Nothing long has been done yet", Render<TasksPage>().Markup, StringComparison.Ordinal);

    [Fact]
    public void Tasks_OneRuns_ItsRowMovesWithIt()
    {
        Tasks.Set(A("t1", EngineTaskState.Running, new TaskStep("0.1", "RUN one", TaskStepState.Running), new TaskStep("0.2", "RUN two", TaskStepState.Waiting)));
        var page = Render<TasksPage>();
        Assert.Contains("0 of 2", page.Markup, StringComparison.Ordinal);

        Tasks.Set(A("t1", EngineTaskState.Failed, new TaskStep("0.1", "RUN one", TaskStepState.Done), new TaskStep("0.2", "RUN two", TaskStepState.Failed)));

        page.WaitForAssertion(() => Assert.Contains("1 of 2", page.Markup, StringComparison.Ordinal));
        Assert.Contains("failed", page.Find("tbody .state").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Task_Opened_ShowsStepsOutputAndError()
    {
        Tasks.Set(A("t1", EngineTaskState.Failed, new TaskStep("0.1", "RUN one", TaskStepState.Done, "cached")));
        Tasks.Lines.Add(new(0, Fakes.FakeContainers.At, "[0 1/1] said <this>"));
        var page = Render<TasksPage>(with => with.Add(p => p.Id, "t1"));

        page.WaitForAssertion(() => Assert.Contains("said <this>", page.Find("pre.output").TextContent, StringComparison.Ordinal));
        Assert.Contains("Dockerfile line 2: it went wrong.", page.Find(".task-detail [role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("cached", page.Find(".steps").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Task_OfAnOldLink_SaysSo() => Assert.Contains("There is no such task any more", Render<TasksPage>(with => with.Add(p => p.Id, "gone")).Markup, StringComparison.Ordinal);

    [Fact]
    public void Cancel_Confirmed_TheEngineIsAsked()
    {
        Tasks.Set(A("t1", EngineTaskState.Running));
        Answer(true);
        Render<TasksPage>().Find("td.tools button").Click();

        Assert.Equal(["t1"], Tasks.Cancelled);
    }

    [Fact]
    public void Forget_Ended_RowIsGone()
    {
        Tasks.Set(A("t1", EngineTaskState.Succeeded));
        var page = Render<TasksPage>();
        page.Find("td.tools button").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("tbody tr")));
    }

    [Fact]
    public void TopBar_TasksRun_TellsHowMany()
    {
        var mark = Render<RunningTasks>();
        Assert.Empty(mark.Markup.Trim());
        Tasks.Set(A("t1", EngineTaskState.Running));
        mark.WaitForAssertion(() => Assert.Contains("1 task runs", mark.Markup, StringComparison.Ordinal));
        Tasks.Set(A("t1", EngineTaskState.Succeeded));
        mark.WaitForAssertion(() => Assert.Empty(mark.Markup.Trim()));
    }

    [Fact]
    public void Build_Pasted_BeginsAndGoesToItsTask()
    {
        var form = Render<BuildForm>();
        form.Find("#build-file").Input("FROM brig/busybox\nRUN echo $V");
        form.Find("#build-tag").Input(" mine/app:1 ");
        form.Find("#build-args").Input("V=1\nW=a=b");
        form.Find("form").Submit();

        Assert.Equal(("mine/app:1", "1", "a=b"), (Builder.Asked!.Tags.Single(), Builder.Asked.Arguments["V"], Builder.Asked.Arguments["W"]));
        Assert.EndsWith("/tasks/b1", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WrongLine_IsSaidBesideWhatWasTypedAndNothingIsLost()
    {
        var form = Render<BuildForm>();
        form.Find("#build-file").Input("FROM a\nRUNN x");
        form.Find("form").Submit();

        Assert.Equal("Dockerfile line 2: \"RUNN\" is no instruction. Did you mean \"RUN\"?", form.Find("#build-file-hint").TextContent);
        Assert.Equal("FROM a\nRUNN x", form.Find("#build-file").GetAttribute("value"));
    }

    [Fact]
    public void Pull_Asked_GoesToItsTask()
    {
        var form = Render<PullForm>();
        form.Find("#pull-ref").Input("debian:12");
        form.Find("form").Submit();

        Assert.Equal(["pull debian:12"], Registries.Begun);
        Assert.EndsWith("/tasks/t1", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }
}
