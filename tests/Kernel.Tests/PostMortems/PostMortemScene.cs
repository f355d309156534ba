using Brig.Engine.Containers;
using Brig.Engine.PostMortems;
using Brig.Kernel.Tests.Engine;

namespace Brig.Kernel.Tests.PostMortems;

/// <summary>One engine for the tests of a class.</summary>
public sealed class PostMortemScene : IAsyncLifetime
{
    public EngineScene Engine { get; } = new();

    public IPostMortems Mortems => Engine.Get<IPostMortems>();

    public Task InitializeAsync() => Engine.BeginAsync();

    public Task DisposeAsync() => Engine.DisposeAsync().AsTask();

    /// <summary>Waits for its end.</summary>
    public async Task<PostMortem> OfEndAsync(Container container)
    {
        await Engine.Containers.WaitAsync(container.Id.Value);
        return await GetAsync(container);
    }

    public Task<PostMortem> GetAsync(Container container) => Mortems.GetAsync(Engine.Containers.Get(container.Id.Value).State.PostMortem ?? "none");
}
