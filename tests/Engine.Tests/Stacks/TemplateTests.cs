using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Plans;

namespace Brig.Engine.Tests.Stacks;

public sealed class TemplateTests
{
    public static TheoryData<string> Keys => [.. Templates.All().Select(template => template.Key)];

    /// <summary>Nothing in it is wrong, unused or unknown, and on an empty machine the plan makes a container of each service.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void Template_Planned_MakesEachServiceWithoutAWord(string key)
    {
        using var scene = new ComposeScene();
        foreach (var (path, text) in Templates.All().Single(template => template.Key == key).Texts)
        {
            scene.With(path, text);
        }
        var folder = new StackFolder(scene.Root, false);
        var findings = new Findings();
        var variables = ProjectReader.Variables(folder, ["compose.yaml"], scene.Variables, findings)!;
        var project = ProjectReader.With(folder, ["compose.yaml"], variables, findings)!;
        Assert.Empty(findings.All);

        var desired = new DesiredMaker("1", project.Name!, project, folder, [], [], new FileContents(folder, variables, _ => null, _ => "")).Make();
        var plan = new Planner(desired, new([], [], [], _ => null, _ => null), PlanOptions.Usual).Plan(findings.All);
        Assert.Equal(project.Services.Keys.Select(service => $"{project.Name}-{service}-1"), plan.Steps.Where(step => step is { Subject: PlanSubject.Container, Action: PlanAction.Create }).Select(step => step.Name));
        Assert.All(desired.Services.SelectMany(service => service.Files), file => Assert.NotEmpty(file.Content));
    }

    [Fact]
    public void All_WithAPassword_HasAnotherOneEachTime()
    {
        static string Env() => Templates.All().Single(template => template.Key == "web-postgres").Texts[".env"];
        Assert.Matches("^# .*\nDB_PASSWORD=[0-9a-f]{24}\n$", Env());
        Assert.NotEqual(Env(), Env());
    }
}
