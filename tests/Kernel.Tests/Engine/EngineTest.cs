namespace Brig.Kernel.Tests.Engine;

/// <summary>Tests each of which has an engine of its own.</summary>
public abstract class EngineTest : IAsyncLifetime
{
    private protected EngineScene _engine = null!;

    public virtual async Task InitializeAsync() => _engine = await EngineScene.StartAsync();

    public virtual async Task DisposeAsync() => await _engine.DisposeAsync();
}
