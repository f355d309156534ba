using System.IO.Pipelines;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Brig.Engine.Images;
using Brig.Kernel.Tests.Networks;
using Brig.Kernel.Tests.Stacks;
using Brig.Tests;

namespace Brig.Peers.Tests.Applications;

/// <summary>A Brig of its own, on a machine whose network is the test's own, with the images that the template of the shop asks for; and what is to be seen of it from outside.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const int Port = 8080;
    private static readonly string[] Containers = ["shop-app-1", "shop-db-1", "shop-web-1"];

    private readonly string[] _links;
    private bool _isOver;

    private Shop(HostNamespace host, BrigProcess brig) => (Host, Brig, _links) = (host, brig, host.Links());

    public HostNamespace Host { get; }
    public BrigProcess Brig { get; }

    public static async Task<Shop> OpenAsync(ExampleImages examples)
    {
        var host = new HostNamespace();
        try
        {
            var shop = new Shop(host, await BrigProcess.StartAsync(
                ("BRIG_HOST_NETWORK", $"/proc/{Environment.ProcessId}/fd/{host.Machine.Descriptor}"), ("BRIG_URLS", $"http://127.0.0.1:{FreePort.Next()}")));
            await shop.TakeImagesAsync(examples);
            return shop;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async Task<JsonNode> GetAsync(string path) => await GoodAsync(await Brig.Http.GetAsync("/api/v1/" + path));

    /// <summary>From another machine, over the published port: how many visits the database has counted, with this one.</summary>
    public async Task<int> VisitAsync()
    {
        var (body, failure) = await AskAsync();
        return Visit.Parse(body ?? throw new InvalidOperationException("No answer: " + failure)).Number;
    }

    /// <summary>What was restarted is not yet ready for a while.</summary>
    public Task AnswersAgainAsync(string after)
    {
        string? failure = null;
        return Wait.Until(async () => (failure = (await AskAsync()).Failure) is null, () => $"an answer after {after}; it is: {failure}");
    }

    public Task<HttpLoad> LoadAsync() => HttpLoad.StartAsync(Host.Elsewhere, HostNamespace.MachineIpv4, Port);

    /// <summary>Process and its start time of the container that has this name now: the same two, the same process.</summary>
    public async Task<(int Pid, string Start)> ProcessAsync(string container)
    {
        int pid = (int)(await GetAsync("containers/" + container))["state"]!["pid"]!;
        string stat = await File.ReadAllTextAsync($"/proc/{pid}/stat");
        return (pid, stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]);    // proc_pid_stat(5), field 22
    }

    public async Task<string> StartedAsync(string container) => (string)(await GetAsync("containers/" + container))["state"]!["startedAt"]!;

    /// <summary>The ids of the three, by name; there are no others.</summary>
    public async Task<Dictionary<string, string>> IdsAsync()
    {
        var ids = (await GetAsync("containers")).AsArray().ToDictionary(one => (string)one!["name"]!, one => (string)one!["id"]!);
        Assert.Equal(Containers, ids.Keys.Order());
        return ids;
    }

    /// <summary>No container, network, volume, link or port of it is left; the rules go with the engine that has no network.</summary>
    public async Task NothingIsLeftAsync()
    {
        foreach (string kind in (string[])["containers", "networks", "volumes"])
        {
            string left = "";
            await Wait.Until(async () => (left = (await GetAsync(kind)).ToJsonString()) == "[]", () => $"the {kind} are gone; there are {left}");
        }
        await Wait.Until(() => _links.SequenceEqual(Host.Links()), () => $"the links are gone; there are {string.Join(", ", Host.Links())}");   // a second later
        Assert.NotNull((await AskAsync()).Failure);
        Assert.Empty(Directory.GetDirectories(Brig.Root + "/volumes"));
        Assert.Empty(Directory.GetDirectories(Brig.Root + "/containers"));
        await Brig.StopAsync();
        _isOver = true;
        Assert.DoesNotContain("brig", Host.Rules(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isOver)
        {
            // Of a test that failed in the midst of it; what its containers read from memory goes with the stack.
            using var _ = await Brig.Http.PostAsync("/api/v1/stacks/shop/down?volumes=true", null);
            await Wait.Until(async () => (await GetAsync("containers")).AsArray().Count == 0, "the stack is down");
        }
        await Brig.DisposeAsync();
        Host.Dispose();
    }

    private Task<(string? Body, string? Failure)> AskAsync() => HttpLoad.GetAsync(Host.Elsewhere, HostNamespace.MachineIpv4, Port);

    /// <summary>From the engine that built them into this one's, as an archive that is never whole anywhere.</summary>
    private async Task TakeImagesAsync(ExampleImages examples)
    {
        var pipe = new Pipe();
        var saving = Task.Run(async () =>
        {
            await using var to = pipe.Writer.AsStream();
            await examples.Engine.Images.SaveAsync(ExampleImages.OfTemplate, ArchiveFormat.Docker, to);
        });
        using var content = new StreamContent(pipe.Reader.AsStream());
        content.Headers.ContentType = new("application/x-tar");
        await GoodAsync(await Brig.Http.PostAsync("/api/v1/images/-/load", content));
        await saving;
    }

    /// <summary>What a failure is explained with.</summary>
    public async Task<string> SeenAsync()
    {
        var seen = new StringBuilder();
        foreach (var container in (await GetAsync("containers")).AsArray())
        {
            seen.AppendLine($"{container!["name"]}: {container["state"]!.ToJsonString()}");
            seen.AppendLine((await GetAsync($"containers/{container["id"]}/health")).ToJsonString());
            seen.AppendLine(await Brig.Http.GetStringAsync($"/api/v1/containers/{container["id"]}/logs?tail=8"));
        }
        return seen.ToString();
    }

    private static async Task<JsonNode> GoodAsync(HttpResponseMessage response)
    {
        using (response)
        {
            string text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.AbsolutePath}: {(int)response.StatusCode} {text}");
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        }
    }
}
