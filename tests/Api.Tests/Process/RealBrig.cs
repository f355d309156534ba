using System.Text;
using Brig.Api.Tests.Support;

namespace Brig.Api.Tests.Process;

/// <summary>One real Brig for all tests of a class; each makes containers with names of its own.</summary>
public sealed class RealBrig : IAsyncLifetime
{
    public BrigProcess Brig { get; private set; } = null!;

    public async Task InitializeAsync() => Brig = await BrigProcess.StartAsync();

    public async Task DisposeAsync() => await Brig.DisposeAsync();

    internal async Task<Answer> SendAsync(string method, string path, string? json)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }
        using var response = await Brig.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
