using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Applying;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Keeping;
using Brig.Tests;

namespace Brig.Engine.Tests.Stacks;

public sealed class ComposeDependenciesTests
{
    [Fact]
    public void Read_LabelOfCompose_NamesAndConditions() =>
        Assert.Equal<StackDependency>(
            [new StackDependency("db", DependencyCondition.Healthy), new("job", DependencyCondition.Completed), new("cache", DependencyCondition.Started), new("old", DependencyCondition.Started)],
            ComposeDependencies.Read("db:service_healthy:false,job:service_completed_successfully:true,cache:service_started:true,old,:x,"));

    [Fact]
    public async Task WithoutCircles_LabelsGoRound_EachIsWorkedOnOnceAndInOrderWhereThereIsOne()
    {
        var done = new List<string>();
        var graph = ServiceGraph.WithoutCircles(new Dictionary<string, string[]> { ["a"] = ["b", "a"], ["b"] = ["c", "gone"], ["c"] = ["a"], ["z"] = ["a", "c"] });
        await graph.RunAsync(name =>
        {
            lock (done)
            {
                done.Add(name);
            }
            return Task.CompletedTask;
        }).WaitAsync(Wait.Limit);
        Assert.Equal(["c", "b", "a", "z"], done);
    }

    [Fact]
    public void WithoutCircles_ManyWays_IsQuick()
    {
        var layers = Enumerable.Range(0, 60).SelectMany(i => new[] { $"a{i:00}", $"b{i:00}" });
        var before = layers.ToDictionary(name => name, name => int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture) is > 0 and var i ? new[] { $"a{i - 1:00}", $"b{i - 1:00}" } : []);
        Assert.NotNull(ServiceGraph.WithoutCircles(before));
    }

    [Fact]
    public void Read_NoLabel_None() => Assert.Empty(ComposeDependencies.Read(""));
}
