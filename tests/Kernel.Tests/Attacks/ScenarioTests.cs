using System.Reflection;

namespace Brig.Kernel.Tests.Attacks;

public class ScenarioTests
{
    /// <summary>Each row is a test that passes when its attack fails.</summary>
    [Fact]
    public void Document_TableOfScenarios_IsTheTestsThatAre() => IsolationDocument.Check("scenarios", "Each fails by default.",
    [
        "| Attack | Stopped by | Test |", "|---|---|---|",
        .. typeof(ScenarioTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => (Method: method, Scenario: method.GetCustomAttribute<ScenarioAttribute>()))
            .Where(pair => pair.Scenario is not null).Select(pair => $"| {pair.Scenario!.Title} | {pair.Scenario.StoppedBy} | {pair.Method.DeclaringType!.Name}.{pair.Method.Name} |").Order(StringComparer.Ordinal),
    ]);
}
