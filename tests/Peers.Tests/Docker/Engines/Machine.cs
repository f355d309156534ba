using System.Diagnostics;

namespace Brig.Peers.Tests.Docker.Engines;

/// <summary>A network namespace that stands for a machine's: what an engine does to bridges and firewalls there is nobody's business.</summary>
internal sealed class Machine : IDisposable
{
    private readonly Process _keeper = Process.Start(new ProcessStartInfo("unshare", ["-n", "sh", "-c", "ip link set lo up && echo up && exec sleep 100000"]) { RedirectStandardOutput = true })!;

    public Machine() => Assert.Equal("up", _keeper.StandardOutput.ReadLine());

    public string Network => $"/proc/{_keeper.Id}/ns/net";

    public void Dispose()
    {
        _keeper.Kill();
        _keeper.Dispose();
    }
}
