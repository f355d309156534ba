using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Metrics;

public sealed partial class Sampler
{
    private readonly MachineCounter _machineTotals = new(options.Root);
    private long _ticks, _ticksTook;

    public SamplerWork Work => new(Interlocked.Read(ref _ticks), TimeSpan.FromTicks(Interlocked.Read(ref _ticksTook)).TotalSeconds, _ring.Dropped);

    public MachineTotals ReadMachine() => _machineTotals.Read();

    public ImmutableArray<ContainerCounters> ReadCounters()
    {
        var all = ImmutableArray.CreateBuilder<ContainerCounters>(_watched.Count);
        foreach (var each in _watched)
        {
            if (Count(each.Value) is { } counters)
            {
                all.Add(counters);
            }
        }
        return all.DrainToImmutable();
    }

    public ContainerCounters? ReadCounters(ContainerId id, bool atTick = false) => _watched.TryGetValue(id, out var watched) ? Count(watched, atTick) : null;

    private ContainerCounters? Count(Watched watched, bool atTick = false)
    {
        try
        {
            return atTick ? watched.CountAtTick() : watched.Count();
        }
        catch (Exception e)
        {
            CountFailed(e);   // the others are told all the same
            return null;
        }
    }

    private void Worked(TimeSpan took)
    {
        Interlocked.Increment(ref _ticks);
        Interlocked.Add(ref _ticksTook, took.Ticks);
    }

    [Microsoft.Extensions.Logging.LoggerMessage(Level = Microsoft.Extensions.Logging.LogLevel.Error, Message = "A container's counters could not be read")]
    private partial void CountFailed(Exception e);
}
