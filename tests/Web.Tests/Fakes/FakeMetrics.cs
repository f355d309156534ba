using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Web.Tests.Fakes;

public sealed class FakeMetrics : IMetrics
{
    public Feed<MetricsFrame> Ticks { get; } = new();
    public MetricsFrame? Latest { get; set; }

    public Live<MetricsFrame, MetricsFrame> Follow(int history = 60) => Ticks.Follow<MetricsFrame>(Latest is { } latest ? [latest] : []);

    public void Tick(params (Container Container, double Cores, long Memory)[] samples)
    {
        Latest = new MetricsFrame(
            FakeContainers.At,
            new MachineSample { Cores = 4, CpuCores = 1.5, PerCore = [0.5, 0.5, 0.25, 0.25], MemoryTotal = 8L << 30, MemoryAvailable = 6L << 30 },
            [.. samples.Select(s => new ContainerSample { Id = s.Container.Id, CpuCores = s.Cores, Memory = s.Memory, Pids = 3 })]);
        Ticks.Publish(Latest);
    }
}
