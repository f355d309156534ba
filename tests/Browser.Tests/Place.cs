using System.Net.Http.Json;
using System.Text.Json;

namespace Brig.Browser.Tests;

/// <summary>One Brig and one browser for the tests of a class, and a container to look at.</summary>
public sealed class Place : IAsyncLifetime
{
    /// <summary>Writes a line every 200 ms and burns a little of one core.</summary>
    private const string Program = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo \"hello $i from sample\"; sleep 0.2; done";

    public Chromium Chromium { get; } = new();

    public BrigProcess Brig { get; private set; } = null!;

    /// <summary>The id of a running container called <c>sample</c>.</summary>
    public string Sample { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await Chromium.InitializeAsync();
        Brig = await BrigProcess.StartAsync();
        Sample = await RunAsync(Brig, "sample", Program);
    }

    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await Brig.DisposeAsync();
    }

    /// <summary>Creates and starts a container that runs a shell script.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> RunAsync(BrigProcess brig, string name, string script)
    {
        using var made = await brig.Http.PostAsJsonAsync("/api/v1/containers", new { name, image = "brig/busybox", command = new[] { "sh", "-c", script } });
        string body = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, body);
        string id = JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
        using var started = await brig.Http.PostAsync($"/api/v1/containers/{id}/start", null);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync());
        return id;
    }
}
