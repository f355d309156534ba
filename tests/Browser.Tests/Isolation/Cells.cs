using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Brig.Browser.Tests.Isolation;

/// <summary>One Brig with a default, a hardened and a privileged container, and one that shares the first one's network.</summary>
public sealed class Cells : IAsyncLifetime
{
    private static readonly string[] Sleeping = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"];

    public Chromium Chromium { get; } = new();
    public BrigProcess Brig { get; private set; } = null!;
    public string Plain { get; private set; } = "";
    public string Hardened { get; private set; } = "";
    public string Privileged { get; private set; } = "";
    public string Sharing { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await Chromium.InitializeAsync();
        Brig = await BrigProcess.StartAsync();
        Plain = await RunAsync(new { name = "plain", image = "brig/busybox", command = Sleeping });
        Hardened = await RunAsync(new
        {
            name = "hardened", image = "brig/busybox", command = Sleeping, user = "33", readOnlyRoot = true, capDrop = new[] { "ALL" }, limits = new { memory = 64 << 20, pids = 32 },
        });
        Privileged = await RunAsync(new { name = "privileged", image = "brig/busybox", command = Sleeping, privileged = true });
        Sharing = await RunAsync(new { name = "sharing", image = "brig/busybox", command = Sleeping, namespaces = new { net = "container:privileged" , user = "host" } });
    }

    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await Brig.DisposeAsync();
    }

    /// <returns>The id of a running container.</returns>
    public async Task<string> RunAsync(object spec)
    {
        using var made = await Brig.Http.PostAsJsonAsync("/api/v1/containers", spec);
        string body = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, body);
        string id = JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
        using var started = await Brig.Http.PostAsync($"/api/v1/containers/{id}/start", null);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync());
        return id;
    }

    /// <summary>Runs a shell line in it, to its end.</summary>
    public async Task ExecAsync(string id, string line)
    {
        using var made = await Brig.Http.PostAsJsonAsync($"/api/v1/containers/{id}/exec", new { command = new[] { "sh", "-c", line } });
        string body = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, body);
        using var ended = await Brig.Http.PostAsync($"/api/v1/exec/{JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()}/wait", null);
        Assert.True(ended.IsSuccessStatusCode, await ended.Content.ReadAsStringAsync());
    }

    /// <summary>PID 1 as the host sees it.</summary>
    public async Task<int> PidAsync(string id)
    {
        using var all = JsonDocument.Parse(await Brig.Http.GetStringAsync($"/api/v1/containers/{id}"));
        return all.RootElement.GetProperty("state").GetProperty("pid").GetInt32();
    }

    public async Task<string> ProcAsync(string id, string file) => await File.ReadAllTextAsync($"/proc/{await PidAsync(id)}/{file}");

    /// <summary>A line of its /proc/PID/status.</summary>
    public async Task<string> StatusAsync(string id, string key) =>
        (await ProcAsync(id, "status")).Split('\n').Single(line => line.StartsWith(key + ":", StringComparison.Ordinal))[(key.Length + 1)..].Trim();

    /// <summary>The number in <c>pid:[4026531836]</c>.</summary>
    public static string Namespace(string pid, string kind) => new FileInfo($"/proc/{pid}/ns/{kind}").LinkTarget!.Split('[', ']')[1];

    public async Task<string> NamespaceAsync(string id, string kind) => Namespace((await PidAsync(id)).ToString(CultureInfo.InvariantCulture), kind);

    public async Task<Dashboard> OpenAsync(string id, string query = "")
    {
        var tab = await Chromium.OpenAsync(Brig);
        await tab.GoAsync($"/containers/{id}/isolation{query}");
        return tab;
    }
}
