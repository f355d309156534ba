using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>An engine whose machine is a <see cref="HostNamespace"/>. Disposed, it has seen that nothing stays there: no link, no rule, no setting.</summary>
public sealed class NetworkScene : IAsyncDisposable
{
    private readonly Dictionary<string, string> _settings;
    private readonly string[] _links;

    private NetworkScene()
    {
        Engine.Options = Engine.Options with { HostNetwork = Host.Path, DefaultNetwork = NetworkSpec.DefaultName, SubnetClaims = Engine.Folder + "/subnets" };
        _settings = new[] { "ipv4/ip_forward", "ipv6/conf/all/forwarding", "ipv6/conf/up0/accept_ra" }.ToDictionary(name => name, Host.Setting);
        _links = Host.Links();
    }

    public HostNamespace Host { get; } = new();
    public EngineScene Engine { get; } = new();
    public INetworks Networks => Engine.Get<INetworks>();
    public IContainers Containers => Engine.Containers;

    /// <param name="options">What else this engine is told.</param>
    public static async Task<NetworkScene> StartAsync(Func<EngineOptions, EngineOptions>? options = null)
    {
        var scene = new NetworkScene();
        scene.Engine.Options = options?.Invoke(scene.Engine.Options) ?? scene.Engine.Options;
        await scene.Engine.BeginAsync();
        return scene;
    }

    /// <summary>A container that says its name to whoever connects to its port 80, by TCP.</summary>
    public async Task<Container> ServeAsync(string name, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await Engine.RunAsync($"exec nc -ll -p 80 -e echo {name}", asked => (spec ?? (same => same))(asked with { Name = name }));
        await Wait.Until(async () => await TryRun(container, "nc -w 2 127.0.0.1 80 </dev/null") == name, $"{name} serves");
        return Containers.Get(container.Id.Value);
    }

    /// <summary>What a script prints in a container; null when it fails.</summary>
    public async Task<string?> TryRun(Container container, string script)
    {
        var (exec, streams) = await Containers.ExecAttachedAsync(container.Id.Value, new ExecSpec { Command = ["sh", "-c", script] });
        await using (streams)
        {
            var output = new System.Text.StringBuilder();
            await foreach (var chunk in streams.ReadAsync())
            {
                output.Append(System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span));
            }
            var exit = await Containers.WaitExecAsync(exec.Id);
            return exit.Code == 0 ? output.ToString().Trim() : null;
        }
    }

    /// <summary>Seconds that whoever connects waits for one who can be reached: a packet lost on a busy machine comes again after one, two and four.</summary>
    public static int Patience => (int)Wait.Limit.TotalSeconds;

    /// <summary>What the server on port 80 of an address says to a container.</summary>
    /// <param name="patience">Seconds it may take; few where nobody shall answer.</param>
    public Task<string?> AskAsync(Container from, string address, int port = 80, int? patience = null) => TryRun(from, $"nc -w {patience ?? Patience} {address} {port} </dev/null");

    public static string Address(Container container, int network = 0) => container.Endpoints[network].Ipv4!;

    public async ValueTask DisposeAsync()
    {
        if (Engine.IsBegun)
        {
            foreach (var pod in Engine.Get<Brig.Engine.Pods.IPods>().List())
            {
                await Engine.Get<Brig.Engine.Pods.IPods>().RemoveAsync(pod.Name, force: true);
            }
            foreach (var container in Containers.List())
            {
                await Containers.RemoveAsync(container.Id.Value, force: true);
            }
            await Wait.Until(() => Networks.List().All(network => network.Endpoints.IsEmpty), "nobody is on a network");
            await Networks.PruneAsync();
        }
        await Engine.DisposeAsync();
        // The kernel takes a cable away with its namespace, a little after whoever was in it.
        await Wait.Until(() => !Host.Links().Except(_links).Any(), () => $"no link is left; there are {string.Join(", ", Host.Links().Except(_links))}");
        string rules = Host.Rules();
        var changed = _settings.Where(setting => Host.Setting(setting.Key) != setting.Value).Select(setting => setting.Key).ToArray();
        Host.Dispose();
        Assert.DoesNotContain("brig", rules, StringComparison.Ordinal);
        Assert.Empty(changed);
    }
}
