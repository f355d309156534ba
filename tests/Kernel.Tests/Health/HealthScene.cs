using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Health;

/// <summary>One engine for a class of tests about health.</summary>
public sealed class HealthScene : IAsyncLifetime
{
    public EngineScene Engine { get; private set; } = null!;
    public IHealth Health => Engine.Get<IHealth>();

    public async Task InitializeAsync() => Engine = await EngineScene.StartAsync();

    public async Task DisposeAsync() => await Engine.DisposeAsync();

    /// <summary>Sleeps, and is probed by a line of shell each 100 ms.</summary>
    public Task<Container> RunAsync(string probe, Func<HealthSpec, HealthSpec>? health = null, Func<ContainerSpec, ContainerSpec>? spec = null, string script = "sleep 1000") =>
        Engine.RunAsync(script, asked =>
        {
            var check = new HealthSpec { Test = ["CMD-SHELL", probe], Interval = TimeSpan.FromMilliseconds(100), StartInterval = TimeSpan.FromMilliseconds(100), Retries = 2 };
            asked = asked with { Health = health?.Invoke(check) ?? check, StopGrace = TimeSpan.Zero };
            return spec?.Invoke(asked) ?? asked;
        });

    public Task UntilAsync(Container container, HealthStatus status) =>
        Engine.UntilAsync(container, now => now.State.Health?.Status == status, $"it is {status}");

    public Task DoAsync(Container container, string script) => DoAsync(Engine, container, script);

    public static async Task DoAsync(EngineScene engine, Container container, string script)
    {
        var exec = await engine.Containers.ExecAsync(container.Name, new() { Command = ["sh", "-c", script] });
        Assert.Equal(0, (await engine.Containers.WaitExecAsync(exec.Id).WaitAsync(Wait.Limit)).Code);
    }
}
