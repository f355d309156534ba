using Brig.Engine;
using Brig.Engine.Health;

namespace Brig.Api.Tests.Support;

/// <summary>The one container has a check, and its last probe failed.</summary>
internal sealed class FakeHealth : IHealth
{
    public static readonly ProbeResult Failed = new(FakeContainers.Then, FakeContainers.Then.AddSeconds(0.5), 1, false, "no answer\n");

    public string? Probed { get; private set; }

    public HealthReport Get(string container) => container == "web" || container == FakeContainers.Id.Value
        ? new(
            new(["curl", "localhost"], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), TimeSpan.Zero, null, 3, UnhealthyAction.Restart, FromImage: true),
            new(HealthStatus.Unhealthy, 4, FakeContainers.Then), null, [Failed])
        : throw EngineException.NotFound($"No container is called \"{container}\".");

    public Task<ProbeResult> RunNowAsync(string container, CancellationToken stop = default)
    {
        Get(container);
        Probed = container;
        return Task.FromResult(Failed);
    }

    public Task WaitForAsync(string container, WaitCondition condition, CancellationToken stop = default) => Task.CompletedTask;
}
