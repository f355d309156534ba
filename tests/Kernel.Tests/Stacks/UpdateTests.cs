using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Networks;
using Brig.Tests;

namespace Brig.Kernel.Tests.Stacks;

/// <summary>One service is replaced while others ask it without a pause.</summary>
public sealed class UpdateTests
{
    /// <summary>Says its word; is well once it does.</summary>
    private static string Web(string word, string order = "start-first", string command = "exec httpd -f -p 80 -h /www", int replicas = 1, string ports = "'8080:80'", string patience = "30s") => $$"""
        services:
          web:
            image: brig/busybox
            command: [sh, -c, "mkdir -p /www; echo {{word}} > /www/index.html; {{command}}"]
            init: true
            ports: [{{ports}}]
            healthcheck: {test: nc -w 20 127.0.0.1 80 < /dev/null, interval: 1s, retries: 2, start_interval: 100ms, start_period: {{patience}}}
            stop_grace_period: 5s
            deploy:
              replicas: {{replicas}}
              update_config: {order: {{order}}, failure_action: rollback, monitor: 300ms}
          db:
            image: brig/busybox
            command: sleep 1000
            init: true
        """;

    [Fact]
    public async Task Apply_StartFirstUnderLoad_NotOneRequestFailsAndTheDatabaseIsNotTouched()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("shop", Web("one"));
        string db = scene.Get("shop-db-1").Id.Value;
        await using var load = await HttpLoad.StartAsync(scene.Networks.Host.Elsewhere, HostNamespace.MachineIpv4, 8080);
        await Wait.Until(() => load.Good > 50, "it answers");
        foreach (string word in (string[])["two", "three", "four"])
        {
            await scene.SaveAsync("shop", Web(word));
            await scene.DoneAsync(scene.Stacks.ApplyAsync("shop"));
            int good = load.Good;
            await Wait.Until(() => load.Good > good + 50, "it answers");
        }
        Assert.Empty(load.Failures);
        Assert.Equal(["four", "one", "three", "two"], load.Bodies.Order());
        Assert.Equal(db, scene.Get("shop-db-1").Id.Value);
        Assert.Equal(["shop-db-1", "shop-web-1"], scene.Containers.List().Select(container => container.Name).Order());
    }

    [Fact]
    public async Task Apply_StartFirst_TheServicesNameAlwaysLeadsToOneThatAnswers()
    {
        await using var scene = await StackScene.StartAsync();
        string ask = $@"printf 'GET / HTTP/1.0\r\n\r\n' | nc -w {NetworkScene.Patience} web 80 | tail -n 1 | grep .";
        static string Two(string word) => Web(word, replicas: 2, ports: "'8080-8089:80'");
        await scene.UpAsync("shop", Two("one"));
        foreach (string name in (string[])["shop-web-1", "shop-web-2"])
        {
            await Wait.Until(() => scene.Get(name).State.Health?.Status == HealthStatus.Healthy, $"{name} is well");
        }
        var asking = scene.TryRun("shop-db-1", $"while [ ! -e /stop ]; do {ask} 2>&1 || echo failed; done > /said; sort -u /said");
        Task HeardAsync(string word) => Wait.Until(async () => await scene.TryRun("shop-db-1", $"grep -x {word} /said") is not null, $"the service has said {word}");
        await HeardAsync("one");
        foreach (string word in (string[])["two", "three"])
        {
            await scene.SaveAsync("shop", Two(word));
            await scene.DoneAsync(scene.Stacks.ApplyAsync("shop"));
            await HeardAsync(word);
        }
        await scene.TryRun("shop-db-1", "touch /stop");
        Assert.Equal(["one", "three", "two"], (await asking ?? "").Split('\n'));
    }

    [Theory]
    [InlineData("start-first")]
    [InlineData("stop-first")]
    public async Task Apply_TheNewOneIsNeverWell_IsRolledBackByItself(string order)
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("shop", Web("one", order));
        string before = scene.Get("shop-web-1").Id.Value;
        await using var load = await HttpLoad.StartAsync(scene.Networks.Host.Elsewhere, HostNamespace.MachineIpv4, 8080);
        await Wait.Until(() => load.Good > 20, "it answers");
        await scene.SaveAsync("shop", Web("broken", order, "exec sleep 1000", patience: "1s"));
        var task = await scene.EndAsync(scene.Stacks.ApplyAsync("shop"));

        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Contains("was rolled back", task.Error, StringComparison.Ordinal);
        Assert.Equal((before, ContainerStatus.Running), (scene.Get("shop-web-1").Id.Value, scene.Get("shop-web-1").State.Status));
        Assert.Equal(["shop-db-1", "shop-web-1"], scene.Containers.List().Select(container => container.Name).Order());
        Assert.Equal("one", (await HttpLoad.GetAsync(scene.Networks.Host.Elsewhere, HostNamespace.MachineIpv4, 8080)).Body);
        Assert.Equal(RevisionState.RolledBack, scene.Stacks.Revisions("shop")[0].State);
        Assert.Equal(1, scene.Stacks.Get("shop").Revision);
        if (order == "start-first")
        {
            Assert.Empty(load.Failures);
        }
    }

    [Fact]
    public async Task Apply_OfThreeTheSecondCannotStart_TheFirstIsBackToo()
    {
        await using var scene = await StackScene.StartAsync();
        string ports = "'8080-8089:80'";
        await scene.UpAsync("shop", Web("one", replicas: 3, ports: ports) + "\n  blocker: {image: brig/busybox, command: sleep 1000, init: true, volumes: ['state:/state']}\nvolumes: {state: }\n");
        string[] before = [.. scene.Containers.List().Select(container => container.Id.Value).Order()];
        await scene.SaveAsync("shop", Web("two", replicas: 3, ports: ports, command: "mkdir /state/taken && exec httpd -f -p 80 -h /www").Replace("    init: true\n    ports", "    init: true\n    volumes: ['state:/state']\n    ports", StringComparison.Ordinal)
            + "\n  blocker: {image: brig/busybox, command: sleep 1000, init: true, volumes: ['state:/state']}\nvolumes: {state: }\n");
        var task = await scene.EndAsync(scene.Stacks.ApplyAsync("shop"));
        Assert.Contains("was rolled back", task.Error, StringComparison.Ordinal);
        Assert.Equal(before, scene.Containers.List().Select(container => container.Id.Value).Order());
        Assert.All(scene.Containers.List(), container => Assert.Equal(ContainerStatus.Running, container.State.Status));
        Assert.Equal("one", (await HttpLoad.GetAsync(scene.Networks.Host.Elsewhere, HostNamespace.MachineIpv4, 8082)).Body);
    }

    [Fact]
    public async Task Update_EngineEndsInTheMiddle_TheNextOneFinishesIt()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("shop", Web("one"));
        // It has not answered when the engine ends; how long that takes must not make it unwell.
        await scene.SaveAsync("shop", Web("two", command: "sleep 2; exec httpd -f -p 80 -h /www", patience: "60s"));
        await scene.Stacks.ApplyAsync("shop");
        await Wait.Until(() => scene.Containers.List().Any(container => container is { Name: "shop-web-1.next", State.Status: ContainerStatus.Running }), "the new one is started");
        await scene.Engine.EndAsync();

        await scene.Engine.BeginAsync();
        await Wait.Until(() => scene.Stacks.Get("shop") is { TaskId: null, Revision: 2 }, () => $"the update is finished: {scene.Stacks.Get("shop")} {string.Join(", ", scene.Engine.Get<ITasks>().List().Select(task => $"{task.Subject} {task.State} {task.Error}"))}");
        Assert.Equal("two", (await HttpLoad.GetAsync(scene.Networks.Host.Elsewhere, HostNamespace.MachineIpv4, 8080)).Body);
        Assert.Equal(["shop-db-1", "shop-web-1"], scene.Containers.List().Select(container => container.Name).Order());
    }
}
