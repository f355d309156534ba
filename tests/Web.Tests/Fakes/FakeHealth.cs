using Brig.Engine.Health;

namespace Brig.Web.Tests.Fakes;

/// <summary>Every container has this check and these results; a probe adds one.</summary>
public sealed class FakeHealth : IHealth
{
    public HealthReport Report { get; set; } = new(null, null, null, []);
    public ProbeResult Next { get; set; } = new(FakeContainers.At, FakeContainers.At.AddMilliseconds(40), 0, false, "fine\n");
    public int Probes { get; private set; }

    public HealthReport Get(string container) => Report;

    public Task<ProbeResult> RunNowAsync(string container, CancellationToken stop = default)
    {
        Probes++;
        Report = Report with { Results = [.. Report.Results, Next] };
        return Task.FromResult(Next);
    }

    public Task WaitForAsync(string container, WaitCondition condition, CancellationToken stop = default) => Task.CompletedTask;
}
