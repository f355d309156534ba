using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Docker;

/// <summary>Each test has a Brig over an engine of fakes, and a client at its Docker socket.</summary>
public abstract class DockerTest : IAsyncLifetime
{
    private protected TestBrig Server { get; private set; } = null!;

    protected HttpClient Client { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Server = await TestBrig.StartAsync();
        Client = Server.NewDocker();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
