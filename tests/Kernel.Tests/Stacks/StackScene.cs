using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;
using Brig.Engine.Volumes;
using Brig.Kernel.Tests.Engine;
using Brig.Kernel.Tests.Networks;
using Brig.Tests;

namespace Brig.Kernel.Tests.Stacks;

/// <summary>An engine with a machine of its own, and verbs on stacks that wait for their tasks.</summary>
public sealed class StackScene : IAsyncDisposable
{
    private StackScene(NetworkScene networks) => Networks = networks;

    public NetworkScene Networks { get; }
    public EngineScene Engine => Networks.Engine;
    public IContainers Containers => Engine.Containers;
    public IStacks Stacks => Engine.Get<IStacks>();
    public IVolumes Volumes => Engine.Get<IVolumes>();

    public static async Task<StackScene> StartAsync() => new(await NetworkScene.StartAsync());

    /// <summary>Kept, and nothing started.</summary>
    public Task<Stack> CreateAsync(string name, string compose, params (string Path, string Text)[] more) => Stacks.CreateAsync(new StackRequest(name)
    {
        Texts = ImmutableDictionary.CreateRange(more.Append(("compose.yaml", compose)).Select(file => KeyValuePair.Create(file.Item1, file.Item2))),
    });

    public Task<Stack> SaveAsync(string name, string compose) => Stacks.SaveAsync(name, new StackDraft { Texts = ImmutableDictionary<string, string>.Empty.Add("compose.yaml", compose) });

    public async Task<Stack> UpAsync(string name, string compose, params (string Path, string Text)[] more)
    {
        await CreateAsync(name, compose, more);
        await DoneAsync(Stacks.ApplyAsync(name));
        return Stacks.Get(name);
    }

    public async Task<EngineTask> EndAsync(Task<EngineTask> begun) => await Engine.Get<ITasks>().WaitAsync((await begun).Id).WaitAsync(Wait.Limit);

    public async Task DoneAsync(Task<EngineTask> begun)
    {
        var task = await EndAsync(begun);
        Assert.True(task.State == EngineTaskState.Succeeded, $"{task.State}: {task.Error}");
    }

    public Container Get(string container) => Containers.Get(container);

    /// <summary>What a script prints inside; null when it fails.</summary>
    public Task<string?> TryRun(string container, string script) => Networks.TryRun(Get(container), script);

    public async ValueTask DisposeAsync()
    {
        if (Engine.IsBegun)
        {
            foreach (var stack in Stacks.List())
            {
                await EndAsync(Stacks.DownAsync(stack.Id, volumes: true));
            }
        }
        await Networks.DisposeAsync();
    }
}
