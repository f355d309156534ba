using System.Text;
using Brig.Engine.Containers;
using Brig.Engine.Pods;
using Brig.Kernel.Tests.Engine;

namespace Brig.Kernel.Tests.Pods;

/// <summary>One engine for a class of tests about pods.</summary>
public sealed class PodScene : IAsyncLifetime
{
    public EngineScene Engine { get; private set; } = null!;
    public IPods Pods => Engine.Get<IPods>();

    public async Task InitializeAsync() => Engine = await EngineScene.StartAsync();

    public async Task DisposeAsync() => await Engine.DisposeAsync();

    /// <summary>Without a network: only its loopback.</summary>
    public Task<Pod> MakeAsync(Func<PodSpec, PodSpec>? spec = null) => Pods.CreateAsync(spec?.Invoke(new() { Networks = [] }) ?? new() { Networks = [] });

    public Task<Container> AddAsync(Pod pod, string script, Func<ContainerSpec, ContainerSpec>? spec = null) =>
        Engine.CreateAsync(script, asked => (spec?.Invoke(asked) ?? asked) with { Pod = pod.Name, StopGrace = TimeSpan.Zero });

    /// <summary>What a second program in it writes, errors too.</summary>
    public Task<string> AskAsync(Container container, string script) => AskAsync(Engine, container, script);

    public static async Task<string> AskAsync(EngineScene engine, Container container, string script)
    {
        var (_, streams) = await engine.Containers.ExecAttachedAsync(container.Id.Value, new() { Command = ["sh", "-c", script] });
        await using var held = streams;
        var all = new MemoryStream();
        await foreach (var chunk in streams.ReadAsync())
        {
            all.Write(chunk.Bytes.Span);
        }
        return Encoding.UTF8.GetString(all.ToArray());
    }
}
