using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Pods;
using Brig.Tests;

namespace Brig.Kernel.Tests.Pods;

public class PodTests(PodScene scene) : IClassFixture<PodScene>
{
    [Fact]
    public async Task Members_Two_ShareLocalhostIpcNameAndUsersButNotProcessesAndFiles()
    {
        var pod = await scene.MakeAsync(spec => spec with { Name = "shop" });
        var web = await scene.AddAsync(pod, "while :; do echo from web | nc -l -p 8080; done");
        var shell = await scene.AddAsync(pod, "[ -e /mine ] || echo in memory > /dev/shm/kept; touch /mine /dev/mqueue/orders; sleep 1000");
        await scene.Pods.StartAsync(pod.Name);

        await Wait.Until(async () => (await scene.AskAsync(shell, "nc 127.0.0.1 8080 < /dev/null")).Contains("from web", StringComparison.Ordinal), "one reaches the other on localhost");
        await Wait.Until(async () => (await scene.AskAsync(web, "ls /dev/mqueue")).Contains("orders", StringComparison.Ordinal), "a message queue of one is the other's");
        await scene.Engine.Containers.RestartAsync(shell.Name);
        Assert.Equal("in memory\n", await scene.AskAsync(web, "cat /dev/shm/kept; rm /dev/shm/kept"));
        Assert.Equal("65536", (await scene.AskAsync(web, "df -k /dev/shm | tail -n 1 | awk '{print $2}'")).Trim());
        foreach (var member in (Container[])[web, shell])
        {
            Assert.Equal("shop\n", await scene.AskAsync(member, "hostname"));
        }
        string[] kinds = ["net", "ipc", "uts", "user", "pid", "mnt", "cgroup"];
        string ask = string.Join(';', kinds.Select(kind => $"readlink /proc/self/ns/{kind}"));
        string[] a = (await scene.AskAsync(web, ask)).Split('\n'), b = (await scene.AskAsync(shell, ask)).Split('\n');
        Assert.Equal([true, true, true, true, false, false, false], kinds.Select((_, i) => a[i] == b[i]));
        Assert.DoesNotContain("orders", await scene.AskAsync(web, "ls /mine 2>&1 | grep -v No; ps"), StringComparison.Ordinal);
        Assert.Equal(web.Ids, shell.Ids);
    }

    [Fact]
    public async Task SharePid_Two_SeeEachOthersProcessesUnderOneInit()
    {
        var pod = await scene.MakeAsync(spec => spec with { SharePid = true });
        var one = await scene.AddAsync(pod, "sleep 5551");
        var two = await scene.AddAsync(pod, "sleep 5552");
        await scene.Pods.StartAsync(pod.Name);
        string seen = await scene.AskAsync(one, "ps");

        Assert.Contains("sleep 5551", seen, StringComparison.Ordinal);
        Assert.Contains("sleep 5552", seen, StringComparison.Ordinal);
        await scene.AskAsync(one, "sh -c 'sleep 0.1 & exit'");   // an orphan, of which the init takes care
        await Wait.Until(async () => !(await scene.AskAsync(two, "ps -o stat,args")).Contains("sleep 0.1", StringComparison.Ordinal), "the orphan is reaped");
        await scene.Engine.Containers.StopAsync(one.Name);
        Assert.DoesNotContain("sleep 5551", await scene.AskAsync(two, "ps"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAndStop_AreOne_InOrderAndBackwards()
    {
        var pod = await scene.MakeAsync();
        var first = await scene.AddAsync(pod, "sleep 1000");
        var second = await scene.AddAsync(pod, "sleep 1000");
        var started = await scene.Pods.StartAsync(pod.Name);
        Assert.Equal(EngineErrorKind.NotModified, (await Assert.ThrowsAsync<EngineException>(() => scene.Pods.StartAsync(pod.Name))).Kind);
        var stopped = await scene.Pods.StopAsync(pod.Name);
        Assert.Equal(EngineErrorKind.NotModified, (await Assert.ThrowsAsync<EngineException>(() => scene.Pods.StopAsync(pod.Name))).Kind);
        var told = (await scene.Engine.Events.ListAsync()).Where(e => e.Name == pod.Name || e.Name == first.Name || e.Name == second.Name).Where(e => e.Action is "start" or "stop").Select(e => $"{e.Kind} {e.Action} {e.Name}");

        Assert.Equal((PodStatus.Running, 2), (started.Status, started.Members.Count(member => member.State.Status == ContainerStatus.Running)));
        Assert.Equal((PodStatus.Stopped, 0), (stopped.Status, stopped.Members.Count(member => member.State.Status == ContainerStatus.Running)));
        Assert.Equal(
            [$"pod start {pod.Name}", $"container start {first.Name}", $"container start {second.Name}", $"container stop {second.Name}", $"container stop {first.Name}", $"pod stop {pod.Name}"], told);
        await Wait.Until(() => Directories(pod.Id).Length == 0 && !Directory.Exists($"{scene.Engine.Paths.Shared}/{pod.Id}"), "its cgroups and its memory are gone");
    }

    [Fact]
    public async Task Start_OfAMemberByItself_StartsThePodUnderIt()
    {
        var pod = await scene.MakeAsync();
        var one = await scene.AddAsync(pod, "sleep 1000");
        await scene.AddAsync(pod, "sleep 1000");
        await scene.Engine.Containers.StartAsync(one.Name);

        Assert.Equal(PodStatus.Running, scene.Pods.Get(pod.Name).Status);
        Assert.Single(scene.Pods.Get(pod.Name).Members, member => member.State.Status == ContainerStatus.Running);
    }

    [Fact]
    public async Task Restart_OfOne_TheOthersConnectionGoesOn()
    {
        var pod = await scene.MakeAsync();
        var server = await scene.AddAsync(pod, "sleep 1000 | nc -l -p 9000 > /got");
        var client = await scene.AddAsync(pod, "until { while :; do echo line; sleep 0.05; done; } | nc 127.0.0.1 9000; do sleep 0.05; done");
        var other = await scene.AddAsync(pod, "sleep 1000");
        await scene.Pods.StartAsync(pod.Name);
        await Wait.Until(async () => await LinesAsync(server) > 0, "lines arrive");
        string before = await scene.AskAsync(server, "readlink /proc/self/ns/net");
        var restarted = await scene.Engine.Containers.RestartAsync(other.Name);
        int then = await LinesAsync(server);

        await Wait.Until(async () => await LinesAsync(server) > then + 3, "more lines arrive over the same connection");
        Assert.Equal(before, await scene.AskAsync(other, "readlink /proc/self/ns/net"));
        Assert.NotEqual(0, restarted.State.Pid);
        Assert.Equal(0, scene.Engine.Containers.Get(client.Name).State.RestartCount);

        async Task<int> LinesAsync(Container of) => int.Parse(await scene.AskAsync(of, "cat /got 2>/dev/null | wc -l"), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task MemoryLimit_OfThePod_HoldsForTheSum()
    {
        var pod = await scene.MakeAsync(spec => spec with { Limits = Limits.None with { Memory = 64 << 20, Swap = 0 } });
        const string Eat = "while [ ! -e /eat ]; do sleep 0.02; done; mkfifo /f; sleep 1000 < /f & dd if=/dev/zero of=/f bs=40000000 count=1; exit 9";   // holds 40 MB while nobody reads
        var one = await scene.AddAsync(pod, Eat);
        var two = await scene.AddAsync(pod, Eat);
        await scene.Pods.StartAsync(pod.Name);
        await scene.AskAsync(one, "touch /eat");
        await Wait.Until(async () => (await scene.Engine.Containers.TopAsync(one.Name)).Any(row => row.ResidentBytes > 39_000_000), "the first has its 40 MB");
        await scene.AskAsync(two, "touch /eat");
        await Wait.Until(() => ((Container[])[one, two]).Count(each => scene.Engine.Containers.Get(each.Name).State is { Status: ContainerStatus.Exited, Exit.Code: not 0 }) == 1, "one of the two is ended, for both have 64 MB");

        Assert.Equal(PodStatus.Running, scene.Pods.Get(pod.Name).Status);
        var changed = await scene.Pods.UpdateLimitsAsync(pod.Name, Limits.None with { Memory = 256 << 20 });
        Assert.Equal(256 << 20, changed.Spec.Limits.Memory);
        Assert.Contains(Directories(pod.Id).SelectMany(Directory.GetFiles).Where(file => file.EndsWith("/memory.limit_in_bytes", StringComparison.Ordinal) || file.EndsWith("/memory.max", StringComparison.Ordinal)),
            file => File.ReadAllText(file).Trim() == (256 << 20).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Metrics_OfThePod_CountAllOfIt()
    {
        var pod = await scene.MakeAsync();
        for (int i = 0; i < 3; i++)
        {
            await scene.AddAsync(pod, "sleep 1000 & sleep 1000");
        }
        await scene.Pods.StartAsync(pod.Name);

        await Wait.Until(() => scene.Engine.Get<Brig.Engine.Metrics.IMetrics>().Latest?.Containers.FirstOrDefault(sample => sample.Id == pod.Id)?.Pids == 7, "seven processes: two of each, and its own");
    }

    [Fact]
    public async Task Sandbox_Killed_EndsWhatIsInItAndAPolicyBringsAllBack()
    {
        var pod = await scene.MakeAsync();
        var kept = await scene.AddAsync(pod, "sleep 1000", spec => spec with { Restart = new(RestartMode.Always) });
        var plain = await scene.AddAsync(pod, "sleep 1000");
        await scene.Pods.StartAsync(pod.Name);
        using var sandbox = System.Diagnostics.Process.GetProcessById(scene.Engine.Containers.Get(pod.Id.Value).State.Pid);
        sandbox.Kill();
        await scene.Engine.UntilAsync(plain, now => now.State.Status == ContainerStatus.Exited, "what was in it ended");
        await scene.Engine.UntilAsync(kept, now => now.State is { Status: ContainerStatus.Running, RestartCount: > 0 }, "the policy brought it back");

        Assert.Equal(PodStatus.Running, scene.Pods.Get(pod.Name).Status);
        await scene.Engine.Containers.StartAsync(plain.Name);
        Assert.Equal(await scene.AskAsync(kept, "readlink /proc/self/ns/net"), await scene.AskAsync(plain, "readlink /proc/self/ns/net"));
    }

    [Fact]
    public async Task Remove_Running_ConflictThenByForceNothingIsLeft()
    {
        var pod = await scene.MakeAsync();
        var one = await scene.AddAsync(pod, "sleep 1000");
        await scene.Pods.StartAsync(pod.Name);
        var error = await Assert.ThrowsAsync<EngineException>(() => scene.Pods.RemoveAsync(pod.Name));
        await scene.Pods.RemoveAsync(pod.Name, force: true);

        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        Assert.DoesNotContain(scene.Engine.Containers.List(), each => each.Id == pod.Id || each.Id == one.Id);
        foreach (var id in (ContainerId[])[pod.Id, one.Id])
        {
            await Wait.Until(() => scene.Engine.Traces(id).Length == 0, () => string.Join('\n', scene.Engine.Traces(id)));
        }
    }

    [Fact]
    public async Task ContainersVerbs_OnAPodsOwn_ConflictAndPruneLeavesPods()
    {
        var pod = await scene.MakeAsync();
        var member = await scene.AddAsync(pod, "true");
        foreach (var verb in (Func<Task>[])[() => scene.Engine.Containers.StopAsync(pod.Name), () => scene.Engine.Containers.KillAsync(pod.Name), () => scene.Engine.Containers.RemoveAsync(pod.Name, force: true), () => scene.Engine.Containers.RestartAsync(pod.Name)])
        {
            Assert.Equal(EngineErrorKind.Conflict, (await Assert.ThrowsAsync<EngineException>(verb)).Kind);
        }
        await scene.Engine.Containers.PruneAsync();

        Assert.Equal([member.Id], scene.Pods.Get(pod.Name).Members.Select(each => each.Id));
    }

    [Fact]
    public async Task Create_InNoPodOrWithItsOwnNetwork_Sentences()
    {
        var pod = await scene.MakeAsync();
        var plain = await scene.Engine.CreateAsync("true");

        await RefusedAsync(spec => spec with { Pod = "nobody" }, "There is no pod \"nobody\".");
        await RefusedAsync(spec => spec with { Pod = plain.Name }, "is a container and no pod");
        await RefusedAsync(spec => spec with { Pod = pod.Name, Hostname = "own" }, "has no host name of its own");
        await RefusedAsync(spec => spec with { Pod = pod.Name, DnsSearch = ["example.org"] }, "has no search domains of its own");
        await RefusedAsync(spec => spec with { Pod = pod.Name, DnsOptions = ["timeout:3"] }, "has no resolver options of its own");
        await RefusedAsync(spec => spec with { Pod = pod.Name, Namespaces = new() { Net = NamespaceSpec.Host } }, "has no network namespace of its own");
        await RefusedAsync(spec => spec with { Sandbox = new(false) }, "by the verbs of pods");

        async Task RefusedAsync(Func<ContainerSpec, ContainerSpec> spec, string sentence) =>
            Assert.Contains(sentence, (await Assert.ThrowsAsync<EngineException>(() => scene.Engine.CreateAsync("true", spec))).Message, StringComparison.Ordinal);
    }

    private string[] Directories(ContainerId id) =>
        [.. CgroupFolders.Of($"{scene.Engine.Paths.Instance}/{id}")];
}
