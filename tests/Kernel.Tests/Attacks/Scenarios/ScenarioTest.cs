using Brig.Kernel.Tests.Engine;

namespace Brig.Kernel.Tests.Attacks.Scenarios;

/// <summary>Tests whose engine has the attackers' image.</summary>
public abstract class ScenarioTest : EngineTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await AttackImage.ImportAsync(_engine.Images);
    }
}
