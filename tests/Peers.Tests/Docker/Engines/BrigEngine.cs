using Brig.Tests;

namespace Brig.Peers.Tests.Docker.Engines;

/// <summary>Brig, as it is shipped.</summary>
internal sealed class BrigEngine(string folder) : ClientEngine("brig", folder)
{
    private BrigProcess? _brig;

    public BrigProcess Process => _brig!;

    public override string Socket => _brig!.Run + "/docker.sock";

    /// <summary>It itself is not there, only what it does to networks.</summary>
    protected override Machine? Registries => null;

    protected override string HostNetwork => "/proc/self/ns/net";

    public override async ValueTask DisposeAsync()
    {
        if (_brig is not null)
        {
            await RemoveAllAsync();
            await _brig.DisposeAsync();
        }
        await base.DisposeAsync();
    }

    protected override async Task LaunchAsync() => _brig = await BrigProcess.StartAsync(("BRIG_HOST_NETWORK", Machine.Network), ("BRIG_DEFAULT_NETWORK", "default"));

    /// <summary>By its own API: when an image cannot be loaded by a client of Docker's, a check says so, and the others still tell what they have to tell.</summary>
    protected override async Task LoadAsync(string archive)
    {
        using var answer = await Process.Http.PostAsync("/api/v1/images/-/load", new StreamContent(File.OpenRead(archive)) { Headers = { ContentType = new("application/x-tar") } });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
