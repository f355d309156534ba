using Brig.Kernel.Tests.Engine;

namespace Brig.Peers.Tests.Applications;

/// <summary>An engine with the image <c>debian</c>: Debian 12 with nginx, PostgreSQL and Redis, as its packages install them.</summary>
public sealed class DebianImage : IAsyncLifetime
{
    public const string Reference = "debian";

    public EngineScene Engine { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Engine = await EngineScene.StartAsync();
        string tar = (await Tool.RunAsync(AppContext.BaseDirectory + "/Applications/image")).Trim();
        await using var stream = File.OpenRead(tar);
        await Engine.Images.ImportAsync(Reference, stream, new() { Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"], Command = ["bash"] });
    }

    public async Task DisposeAsync() => await Engine.DisposeAsync();
}
