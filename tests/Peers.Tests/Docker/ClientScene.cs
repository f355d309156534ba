using System.Collections.Concurrent;
using Brig.Peers.Tests.Docker.Engines;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker;

/// <summary>dockerd and Brig side by side, for every test with a client of Docker's; each check runs with both, several at once.</summary>
public sealed class ClientScene : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ConcurrentDictionary<(Check, string), Lazy<Task<CheckResult>>> _results = [];

    /// <summary>A client waits more than it works.</summary>
    private readonly SemaphoreSlim _atOnceWithDocker = new(Environment.ProcessorCount * 3), _atOnceWithBrig = new(Environment.ProcessorCount * 2);

    /// <summary>For whatever a test needs.</summary>
    internal string Folder => _folder.Path;

    internal DockerEngine Docker { get; private set; } = null!;
    internal BrigEngine Brig { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (Docker, Brig) = (new(_folder.Path + "/d"), new(_folder.Path + "/b"));
        await Task.WhenAll(Docker.StartAsync(), Brig.StartAsync());
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_results.Values.Where(one => one.IsValueCreated).Select(one => one.Value));
        await Task.WhenAll(Docker.DisposeAsync().AsTask(), Brig.DisposeAsync().AsTask());
    }

    public void Dispose()
    {
        Docker?.Dispose();
        _atOnceWithDocker.Dispose();
        _atOnceWithBrig.Dispose();
        _folder.Dispose();
    }

    /// <summary>Its result with each; the first that asks begins them all.</summary>
    internal async Task<(CheckResult Docker, CheckResult Brig)> ResultsAsync(Check check)
    {
        foreach (var each in CheckReader.All)
        {
            _ = (Begin(each, Docker, _atOnceWithDocker), Begin(each, Brig, _atOnceWithBrig));
        }
        return (await Begin(check, Docker, _atOnceWithDocker), await Begin(check, Brig, _atOnceWithBrig));
    }

    private Task<CheckResult> Begin(Check check, ClientEngine engine, SemaphoreSlim atOnce) => _results.GetOrAdd((check, engine.Name), _ => new(() => Task.Run(() => RunAsync(check, engine, atOnce)))).Value;

    private async Task<CheckResult> RunAsync(Check check, ClientEngine engine, SemaphoreSlim atOnce)
    {
        await atOnce.WaitAsync();
        try
        {
            for (int turn = 0; ; turn++)
            {
                int replaced = await Docker.AnswersAsync();
                string folder = Directory.CreateDirectory($"{_folder.Path}/{engine.Name}-{check.Number}-{turn}").FullName;
                var (code, output, errors) = await engine.RunAsync($". {CheckReader.Folder}/lib.sh\n{check.Script}", folder, ("N", check.Prefix), ("PORT", $"{check.Port}"));
                var result = new CheckResult(check, engine.Name, code, output, errors);
                if (engine != Docker || result.Passed || turn == 2)
                {
                    return result;
                }
                // It is asked again: what is expected is Docker's if it does it once, and with twelve clients at once it has faults of its own.
                if (code is null)
                {
                    await Docker.ReplaceAsync(replaced);   // it has locked itself up
                }
                else
                {
                    await Docker.RemoveAsync(check.Prefix);
                }
            }
        }
        finally
        {
            atOnce.Release();
        }
    }
}
