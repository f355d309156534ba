using System.Collections.Concurrent;
using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Attacks;

/// <summary>
/// Where the attacks are tried: one engine, a neighbour, victims. Those that ask for the same container share one: each is a process of its own there.
/// </summary>
public sealed class AttackRange : IAsyncLifetime, IDisposable
{
    private static readonly ILookup<string, string> s_arguments = Trial.All().ToLookup(trial => trial.Key, trial => trial.Arguments);
    private readonly ConcurrentDictionary<string, Lazy<Task<Dictionary<string, Outcome>>>> _containers = new();
    private static readonly int Seconds = (int)Wait.Scale(TimeSpan.FromSeconds(60)).TotalSeconds;
    private Victims _victims = null!;
    private EngineScene _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = await EngineScene.StartAsync();
        _victims = new(_engine);
        await AttackImage.ImportAsync(_engine.Images);
        var neighbour = await _engine.RunAsync("umask 077; echo mine > /secret; exec sleep " + _victims.Neighbour);
        string secret = _engine.Paths.Container(neighbour.Id) + "/upper/secret";
        await Wait.Until(() => File.Exists(secret), "the neighbour has a secret");
        _victims.Words["{shim}"] = _engine.Paths.Shim(neighbour.Id);
        _victims.Words["{neighbourSecret}"] = secret;
        _victims.Words["{neighbourPid}"] = $"{neighbour.State.Pid}";
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    public void Dispose() => _victims.Dispose();

    internal async Task<Outcome> TryAsync(Trial trial)
    {
        var outcomes = await _containers.GetOrAdd(trial.Key, key => new(() => TryAllAsync(trial.Spec(_victims), [.. s_arguments[key].Distinct()]))).Value;
        return outcomes[trial.Arguments];
    }

    private async Task<Dictionary<string, Outcome>> TryAllAsync(ContainerSpec spec, string[] arguments)
    {
        // One line for each, whatever becomes of the program.
        var script = arguments.Select((one, i) => $"echo \"{i} $(timeout {Seconds} attack {_victims.Fill(one)} 2>&1 | head -n 1)\"");
        var container = await _engine.Containers.CreateAsync(spec with { Command = ["sh", "-c", string.Join('\n', script)] });
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(2)));
        var lines = (await _engine.OutputAsync(container)).Select(line => line.Split(' ', 2)).Where(line => line.Length == 2).ToLookup(line => line[0], line => line[1]);
        return arguments.Select((one, i) => (one, Outcome.Parse(lines[i.ToString()].SingleOrDefault()))).ToDictionary(pair => pair.one, pair => pair.Item2);
    }
}
