using System.Security.Cryptography;
using Brig.Engine.Health;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers.Probes;

/// <summary>
/// One probe: a program in the container with all its walls, like an exec, but in a cgroup of its own inside the container's, so that it ends whole. Nobody's exec: it is
/// in no list and makes no events.
/// </summary>
internal sealed class ProbeRunner(EnginePaths paths, ExecPlans plans, ShimProcess shims, CgroupHost cgroups, TimeProvider time) : IDisposable
{
    private const string Name = "probe";

    /// <summary>Longest that a killed probe may take to be gone; and that a start may take over the probe's own timeout.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10), StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>Starting one is work for the processor; hundreds of containers that came back at once take turns.</summary>
    private readonly SemaphoreSlim _starts = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>Under nobody's lock; the container may end meanwhile, and the probe with it.</summary>
    public async Task<ProbeResult> RunAsync(Container container, ContainerRun run, HealthCheck check, CancellationToken stop)
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        string runFolder = paths.ExecRun(id), folder = paths.Probe(container.Id);
        var output = new ProbeOutput();
        var inner = Inner(container);
        ShimConnection? shim = null;
        var begun = time.GetUtcNow();
        try
        {
            await _starts.WaitAsync(stop);
            try
            {
                begun = time.GetUtcNow();
                Directory.CreateDirectory(runFolder);
                Directory.CreateDirectory(folder);
                inner.Make();
                shim = await shims.StartAsync(output);
                var spec = new ExecSpec { Command = check.Command };
                var plan = plans.Build(id, container, run, spec);
                plan = plan with { StateFolder = folder, Cgroup = plan.Cgroup with { V2Directory = inner.Entry.V2Directory, V1Directories = inner.Entry.V1Directories } };
                await shim.AttachFirstAsync(AttachFlags.Lossless);
                var answer = await shim.LaunchAsync(PlanWriter.Write(plan)).WaitAsync(check.Timeout + StartLimit, time, stop);
                shims.Refill();
                if (answer.Failed is { } failed)
                {
                    return new(begun, time.GetUtcNow(), null, false, Text.Sentence(failed.Sentence));
                }
            }
            finally
            {
                _starts.Release();
            }
            bool timedOut = !await EndsAsync(shim, check.Timeout, stop);
            if (timedOut)
            {
                await EndAsync(inner);
            }
            var exit = await shim.Ended.WaitAsync(Farewell, time, stop);
            var (text, skipped) = output.Read();
            return new(begun, time.GetUtcNow(), timedOut ? null : exit?.Exit?.Code, timedOut, text, skipped);
        }
        catch (Exception e) when (e is EngineException or IOException or LinuxException or WireException or TimeoutException)
        {
            return new(begun, time.GetUtcNow(), null, false, $"The probe could not be done: {e.Message}");
        }
        finally
        {
            await EndAsync(inner);   // what it left behind
            if (shim is not null)
            {
                await shim.DisposeAsync();
            }
            Trash.Delete(runFolder);
        }
    }

    /// <summary>Ends what a killed engine had begun. Blocks.</summary>
    public void EndLeft(Container container) => Inner(container).End(Farewell);

    public void Dispose() => _starts.Dispose();

    private async Task<bool> EndsAsync(ShimConnection shim, TimeSpan limit, CancellationToken stop)
    {
        try
        {
            await shim.Ended.WaitAsync(limit, time, stop);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private InnerCgroup Inner(Container container) => new(cgroups.Open(paths.Processes(container)), Name);

    private static Task<bool> EndAsync(InnerCgroup inner) => Task.Run(() => inner.End(Farewell));
}
