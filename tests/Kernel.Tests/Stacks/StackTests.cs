using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Networks;
using Brig.Tests;

namespace Brig.Kernel.Tests.Stacks;

public sealed class StackTests
{
    private const string Web = """
        services:
          web:
            image: brig/busybox
            command: [sh, -c, "exec nc -ll -p 80 -e hostname"]
            init: true
          visitor:
            image: brig/busybox
            command: sleep 1000
            init: true
            depends_on: [web]
        """;

    [Fact]
    public async Task Apply_Demo_IsUpFindsItselfByNameAndDownLeavesNothing()
    {
        await using var scene = await StackScene.StartAsync();
        var template = scene.Stacks.Templates.Single(template => template.Key == "demo");
        await scene.Stacks.CreateAsync(new StackRequest { Texts = template.Texts });
        await scene.DoneAsync(scene.Stacks.ApplyAsync("demo"));

        Assert.Equal((2, 2, 1), (scene.Stacks.Get("demo").Running, scene.Stacks.Get("demo").Wanted, scene.Stacks.Get("demo").Revision));
        await Wait.Until(async () => (await scene.Engine.OutputAsync(scene.Get("demo-visitor-1"))).Any(line => line.StartsWith("hello from ", StringComparison.Ordinal)), "the visitor was answered by name");
        Assert.StartsWith("hello from", (await HttpLoad.GetAsync(scene.Networks.Host.Elsewhere, HostNamespace.MachineIpv4, 8080)).Body, StringComparison.Ordinal);

        await scene.DoneAsync(scene.Stacks.DownAsync("demo"));
        Assert.Empty(scene.Containers.List());
        Assert.Empty(scene.Networks.Networks.List());
        await scene.Stacks.RemoveAsync("demo");
        Assert.Empty(scene.Stacks.List());
    }

    [Fact]
    public async Task Scale_ToThree_NamesRotateAndBackToOneRemovesTheHighest()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("shop", Web);
        await scene.DoneAsync(scene.Stacks.ScaleAsync("shop", "web", 3));
        var answers = new HashSet<string>();
        await Wait.Until(async () => await scene.TryRun("shop-visitor-1", "nc -w 3 web 80 </dev/null") is { } answer && answers.Add(answer) && answers.Count == 3, "each of the three has answered");

        await scene.DoneAsync(scene.Stacks.ScaleAsync("shop", "web", 1));
        Assert.Equal(["shop-visitor-1", "shop-web-1"], scene.Containers.List().Select(container => container.Name).Order());
    }

    [Fact]
    public async Task Scale_BeyondWhatItsPortLeadsTo_IsRefusedAtOnceAndNothingChanges()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("one", """
            services:
              web:
                image: brig/busybox
                command: sleep 1000
                init: true
                ports: ["8080:80"]
            """);
        var refused = await Assert.ThrowsAsync<EngineException>(() => scene.Stacks.ScaleAsync("one", "web", 2));
        Assert.Contains("compose.yaml:6:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("The port 8080 cannot lead to 2 containers", refused.Message, StringComparison.Ordinal);
        var stack = scene.Stacks.Get("one");
        Assert.Equal((1, 1, 1), (stack.Running, stack.Wanted, stack.Revision));

        await scene.DoneAsync(scene.Stacks.ScaleAsync("one", "web", 0));
        Assert.Empty(scene.Containers.List());
    }

    [Fact]
    public async Task Apply_Secrets_AreFilesInMemoryThatTheirOwnerReadsAndInspectDoesNotTell()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("vault", """
            services:
              web:
                image: brig/busybox
                command: sleep 1000
                init: true
                secrets: [key]
                configs: [{source: site, target: /etc/site.conf}]
            secrets: {key: {file: ./key.txt}}
            configs: {site: {content: "listen 80\n"}}
            """, ("key.txt", "very-secret-key"));
        Assert.Equal("very-secret-key 400 0:0 listen 80", await scene.TryRun("vault-web-1", "echo $(cat /run/secrets/key) $(stat -c '%a %u:%g' /run/secrets/key) $(cat /etc/site.conf)"));
        Assert.Equal("tmpfs", await scene.TryRun("vault-web-1", "grep ' /run/secrets/key ' /proc/mounts | cut -d' ' -f3"));
        Assert.Null(await scene.TryRun("vault-web-1", "echo x > /run/secrets/key"));
        Assert.DoesNotContain("very-secret-key", (await scene.Containers.InspectAsync("vault-web-1")).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret-key", File.ReadAllText(scene.Engine.Paths.Database, System.Text.Encoding.Latin1), StringComparison.Ordinal);

        await scene.Containers.RestartAsync("vault-web-1", TimeSpan.Zero);
        Assert.Equal("very-secret-key", await scene.TryRun("vault-web-1", "cat /run/secrets/key"));
        await scene.DoneAsync(scene.Stacks.DownAsync("vault"));
        await Wait.Until(() => !Directory.Exists(scene.Engine.Paths.Secrets), "the secret to go with the stack");

        await scene.DoneAsync(scene.Stacks.ApplyAsync("vault"));
        Assert.True(Directory.Exists(scene.Engine.Paths.Secrets));
        await scene.Containers.RemoveAsync("vault-web-1", force: true);
        await Wait.Until(() => !Directory.Exists(scene.Engine.Paths.Secrets), "the secret to go with a container that is removed by hand");
    }

    [Fact]
    public async Task Apply_Conditions_AreWaitedForAndAFailureKeepsTheOthersBack()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("order", """
            services:
              migrate: {image: brig/busybox, command: [sh, -c, "sleep 0.3; touch /data/done"], volumes: ['data:/data'], init: true}
              db: {image: brig/busybox, command: [sh, -c, "sleep 0.3; touch /ready; exec sleep 1000"], init: true, healthcheck: {test: [CMD, test, -e, /ready], interval: 1s, start_interval: 100ms, start_period: 10s}}
              web:
                image: brig/busybox
                command: [sh, -c, "test -e /data/done && exec sleep 1000"]
                init: true
                volumes: ['data:/data']
                depends_on: {migrate: {condition: service_completed_successfully}, db: {condition: service_healthy}}
            volumes: {data: }
            """);
        Assert.Equal(ContainerStatus.Running, scene.Get("order-web-1").State.Status);

        await scene.SaveAsync("order", """
            services:
              migrate: {image: brig/busybox, command: "false"}
              web: {image: brig/busybox, command: sleep 1001, init: true, depends_on: {migrate: {condition: service_completed_successfully}}}
            """);
        var task = await scene.EndAsync(scene.Stacks.ApplyAsync("order"));
        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Contains("migrate", task.Error, StringComparison.Ordinal);
        Assert.Equal(1, scene.Stacks.Get("order").Revision);
        Assert.NotNull(scene.Stacks.Get("order").Trouble);
    }

    [Fact]
    public async Task Rollback_ToAnEarlierRevision_IsItsFilesAndContainers()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("shop", Web);
        string first = scene.Get("shop-web-1").Id.Value;
        await scene.SaveAsync("shop", Web.Replace("hostname", "uname", StringComparison.Ordinal));
        var plan = await scene.Stacks.PlanAsync("shop");
        Assert.Equal(["shop-web-1"], plan.Steps.Where(step => step.Action == PlanAction.Change).Select(step => step.Name));
        Assert.Equal("command", Assert.Single(plan.Steps.Single(step => step.Action == PlanAction.Change).Changes).Field);
        await scene.DoneAsync(scene.Stacks.ApplyAsync("shop"));
        Assert.NotEqual(first, scene.Get("shop-web-1").Id.Value);

        await scene.DoneAsync(scene.Stacks.RollbackAsync("shop", 1));
        Assert.Contains("hostname", System.Text.Encoding.UTF8.GetString(await scene.Stacks.ReadFileAsync("shop", "compose.yaml")), StringComparison.Ordinal);
        Assert.Contains("hostname", scene.Get("shop-web-1").CommandLine, StringComparison.Ordinal);
        Assert.Equal([(3, "rollback to 1"), (2, "apply"), (1, "apply")], scene.Stacks.Revisions("shop").Select(revision => (revision.Number, revision.Note)));
        Assert.True((await scene.Stacks.PlanAsync("shop")).IsNothing);
    }

    [Fact]
    public async Task Logs_OfTheStack_AreMergedByTime()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("talk", """
            services:
              a: {image: brig/busybox, command: [sh, -c, "echo one; sleep 0.2; echo three"]}
              b: {image: brig/busybox, command: [sh, -c, "sleep 0.1; echo two"]}
            """);
        await scene.Containers.WaitAsync("talk-a-1");
        await scene.Containers.WaitAsync("talk-b-1");
        var lines = new List<StackLogLine>();
        await foreach (var line in scene.Stacks.LogsAsync("talk"))
        {
            lines.Add(line);
        }
        Assert.Equal(lines.Select(line => line.Nanoseconds).Order(), lines.Select(line => line.Nanoseconds));
        Assert.Equal(["one", "three", "two"], lines.Select(line => line.Text).Order());
    }

    [Fact]
    public async Task List_ContainersOfAnotherTool_AreAStackThatCanBeStoppedAndTakenDown()
    {
        await using var scene = await StackScene.StartAsync();
        await scene.Engine.RunAsync("exec sleep 1000", spec => spec with { Name = "other-web-1", Labels = spec.Labels.Add("com.docker.compose.project", "other").Add("com.docker.compose.service", "web") });
        var stack = Assert.Single(scene.Stacks.List());
        Assert.Equal(("other", false, "web"), (stack.Name, stack.Managed, stack.Services[0].Name));
        await scene.DoneAsync(scene.Stacks.DownAsync("other"));
        Assert.Empty(scene.Containers.List());
    }

    [Fact]
    public async Task Create_FileIsWrong_TellsItsPlaceAndKeepsNothing()
    {
        await using var scene = await StackScene.StartAsync();
        var error = await Assert.ThrowsAsync<EngineException>(() => scene.CreateAsync("bad", "services:\n  web:\n    image: a\n    prots: []\n"));
        Assert.Equal((EngineErrorKind.Invalid, "compose.yaml:4:5"), (error.Kind, error.Place!.ToString()));
        Assert.Empty(scene.Stacks.List());
    }
}
