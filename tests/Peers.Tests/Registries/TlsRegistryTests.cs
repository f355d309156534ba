using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Brig.Tests;

namespace Brig.Peers.Tests.Registries;

/// <summary>Debian's docker-registry with a certificate of an authority that the machine does not know.</summary>
public sealed class TlsRegistryTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly OwnAuthority _authority = new("The harbour's own");
    private DockerRegistry _registry = null!;

    private string Certificates => _folder.In("certs.d");

    public async Task InitializeAsync()
    {
        using var signed = _authority.Sign("localhost", IPAddress.Loopback);
        await File.WriteAllTextAsync(_folder.In("ca.crt"), _authority.Pem);
        _registry = await DockerRegistry.StartAsync(_folder.In("registry"), tls: OwnAuthority.Write(_folder.Path, signed));
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Certificate_OfAnUnknownAuthority_IsRefusedInWordsUntilItIsPutThere()
    {
        await using var brig = await BrigAsync(("BRIG_REGISTRY_CERTS", Certificates));
        using var refused = await CheckAsync(brig);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.StartsWith($"The certificate of {_registry.Host} is signed by The harbour's own, whom this machine does not know. If you know it, put the certificate of its authority at {Certificates}/{_registry.Host}/ca.crt",
            problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        Directory.CreateDirectory($"{Certificates}/{_registry.Host}");
        File.Copy(_folder.In("ca.crt"), $"{Certificates}/{_registry.Host}/ca.crt");
        using var believed = await CheckAsync(brig);
        Assert.Equal(HttpStatusCode.NoContent, believed.StatusCode);

        string name = $"{_registry.Host}/tool:1";
        using var tagged = await brig.Http.PostAsync($"/api/v1/images/-/tag?reference=brig/busybox&name={name}", null);
        Assert.True(tagged.IsSuccessStatusCode, await tagged.Content.ReadAsStringAsync());
        string pushed = await EndAsync(brig, $"push?tag={name}");
        Assert.Equal(pushed, await EndAsync(brig, $"pull?reference={name}"));
    }

    [Fact]
    public async Task Certificate_OfAnAuthorityOfTheMachines_IsBelieved()
    {
        await using var brig = await BrigAsync(("BRIG_REGISTRY_CERTS", Certificates), ("SSL_CERT_FILE", _folder.In("ca.crt")));
        using var answer = await CheckAsync(brig);
        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>One that speaks https to this registry, which on the loopback is not usual.</summary>
    private async Task<BrigProcess> BrigAsync(params (string Name, string Value)[] environment)
    {
        var brig = await BrigProcess.StartAsync(environment);
        using var set = await brig.Http.PutAsJsonAsync($"/api/v1/registries/{_registry.Host}", new { insecure = false });
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
        return brig;
    }

    private Task<HttpResponseMessage> CheckAsync(BrigProcess brig) => brig.Http.PostAsync($"/api/v1/registries/{_registry.Host}/check", null);

    /// <returns>The task's result.</returns>
    private static async Task<string> EndAsync(BrigProcess brig, string verb)
    {
        using var begun = await brig.Http.PostAsync($"/api/v1/images/-/{verb}", null);
        Assert.True(begun.IsSuccessStatusCode, await begun.Content.ReadAsStringAsync());
        string id = (await begun.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        using var ended = await brig.Http.PostAsync($"/api/v1/tasks/{id}/wait", null);
        var task = await ended.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(task.GetProperty("state").GetString() == "succeeded", task.ToString());
        return task.GetProperty("result").GetString()!;
    }
}
