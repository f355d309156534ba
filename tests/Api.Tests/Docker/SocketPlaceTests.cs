using System.Net.Sockets;
using Brig.Web.Api.Docker;
using Brig.Web.Options;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Api.Tests.Docker;

public sealed class SocketPlaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-place-").FullName;

    private string Place => Path.Combine(_folder, "docker.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_WhereAnotherListens_LeavesItsSocket()
    {
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(Place));
        other.Listen();
        await Assert.ThrowsAsync<BadOptionException>(StartAsync);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(Place));
    }

    [Fact]
    public async Task Start_WhereAFileLies_LeavesIt()
    {
        await File.WriteAllTextAsync(Place, "mine");
        await Assert.ThrowsAsync<BadOptionException>(StartAsync);
        Assert.Equal("mine", await File.ReadAllTextAsync(Place));
    }

    [Fact]
    public async Task Start_WhereASocketWasLeft_TakesItsPlace()
    {
        using var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Bind(new UnixDomainSocketEndPoint(Place));   // and nobody listens
        await StartAsync();
    }

    private async Task StartAsync()
    {
        await using var services = new ServiceCollection().AddLogging().AddOptions().AddSingleton<IHttpContextFactory, DefaultHttpContextFactory>().BuildServiceProvider();
        using var server = DockerServer.On(Place, services, NullLoggerFactory.Instance);
        await server.StartAsync(new DockerApplication(_ => Task.CompletedTask, services.GetRequiredService<IHttpContextFactory>()), default);
        await server.StopAsync(default);
    }
}
