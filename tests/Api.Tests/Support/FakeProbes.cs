using Brig.Engine;
using Brig.Engine.Networks.Probing;

namespace Brig.Api.Tests.Support;

/// <summary>Everybody reaches everybody but "stopped".</summary>
internal sealed class FakeProbes : INetworkProbes
{
    public Task<ProbeReport> TestAsync(string from, string to, int? port, CancellationToken stop = default) => to == "stopped"
        ? throw EngineException.Conflict("\"stopped\" does not run.")
        : Task.FromResult(new ProbeReport(from, to, new(to, ["10.5.0.3"], 0.2, null), [new("front", "10.5.0.3", 0.1, null, port is { } one ? [new(one, null, "Refused.")] : [])]));
}
