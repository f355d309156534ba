namespace Brig.Kernel.Tests.Attacks;

/// <summary>An attack that takes more than a program: a hostile image, somebody who comes in meanwhile. A row of docs/isolation.md.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ScenarioAttribute(string title, string stoppedBy) : Attribute
{
    public string Title => title;
    public string StoppedBy => stoppedBy;
}
