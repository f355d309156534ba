using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Attacks.Scenarios;

/// <summary>Containers of the attackers' image, and what they say.</summary>
internal static class Prisoner
{
    public static Task<Container> StartAsync(EngineScene engine, string script, Func<ContainerSpec, ContainerSpec>? change = null) => StartAsync(engine, ["sh", "-c", script], change);

    public static async Task<Container> StartAsync(EngineScene engine, string[] command, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        var spec = new ContainerSpec { Image = AttackImage.Reference, Command = [.. command] };
        return await engine.Containers.StartAsync((await engine.Containers.CreateAsync(change?.Invoke(spec) ?? spec)).Name);
    }

    /// <summary>So many turns of a race; fewer where each takes long.</summary>
    public static int Turns(int many) => Math.Max(4, (int)(many / Wait.Scale(TimeSpan.FromSeconds(1)).TotalSeconds));

    /// <summary>What it wrote until it ended.</summary>
    public static async Task<string[]> EndAsync(EngineScene engine, Container container)
    {
        await engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(1)));
        return await engine.OutputAsync(container);
    }

    public static async Task<string[]> RunAsync(EngineScene engine, string script, Func<ContainerSpec, ContainerSpec>? change = null) =>
        await EndAsync(engine, await StartAsync(engine, script, change));

    /// <summary>An exec's output and code.</summary>
    public static async Task<(string Output, int Code)> ExecAsync(EngineScene engine, Container container, ExecSpec spec)
    {
        var (exec, streams) = await engine.Containers.ExecAttachedAsync(container.Name, spec);
        await using var held = streams;
        var text = new System.Text.StringBuilder();
        await foreach (var chunk in streams.ReadAsync())
        {
            text.Append(System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span));
        }
        return (text.ToString(), (await engine.Containers.WaitExecAsync(exec.Id).WaitAsync(Wait.Limit)).Code);
    }
}
