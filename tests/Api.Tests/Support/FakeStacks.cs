using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Tasks;

namespace Brig.Api.Tests.Support;

/// <summary>Knows one stack, <c>shop</c>, and writes down what was asked of it.</summary>
internal sealed class FakeStacks : IStacks
{
    private readonly ConcurrentQueue<string> _calls = new();

    public string[] Calls => [.. _calls];
    public StackRequest? Created { get; private set; }
    public StackDraft? Draft { get; private set; }

    public static Stack Shop => new("5e1ec7ed5e1e", "shop", null, ["compose.yaml"], [], 2, true,
        [new("web", "brig/busybox", 1, [new("db", DependencyCondition.Healthy)], [new(FakeContainers.Id.Value, "shop-web-1", 1, ContainerStatus.Running, HealthStatus.Healthy, [])])], FakeContainers.Then);

    public static StackPlan Plan => new("shop",
        [new(PlanAction.Change, PlanSubject.Container, "shop-web-1", "What is asked for changed.", "web", 1) { Changes = [new("env.LEVEL", "info", "debug")], Container = FakeContainers.Id.Value }],
        [new(FindingSeverity.Warning, "This has no effect here.", new("compose.yaml", 3, 5))]);

    public ImmutableArray<StackTemplate> Templates => [new("demo", "Demo", "Two containers.", ImmutableDictionary<string, string>.Empty.Add("compose.yaml", "services: {}\n"))];

    public ImmutableArray<Stack> List() => [Shop];
    public Stack Get(string idOrName) => idOrName == "shop" || idOrName == Shop.Id ? Shop : throw EngineException.NotFound($"There is no stack \"{idOrName}\".");
    public JsonObject Schema() => new() { ["title"] = "A Compose file" };

    public Live<Stack, StackChange> Follow()
    {
        var changes = Channel.CreateBounded<StackChange>(8);    // nobody writes more
        changes.Writer.TryWrite(new(Shop.Id, null));
        return new([Shop], changes.Reader, new MemoryStream());
    }

    public StackCheck Check(string? idOrName, StackDraft draft)
    {
        Draft = draft;
        return new(false, "shop", ["web"], [new(FindingSeverity.Error, "services.web: It has neither image nor build.", new("compose.yaml", 2, 3))]);
    }

    public Task<Stack> CreateAsync(StackRequest request, CancellationToken stop = default)
    {
        Created = request;
        return request.Texts.ContainsKey("bad.yaml")
            ? throw new EngineException(EngineErrorKind.Invalid, "bad.yaml:4:5: The key \"prots\" is none of a service.") { Place = new("bad.yaml", 4, 5) }
            : Task.FromResult(Shop);
    }

    public Task<Stack> SaveAsync(string idOrName, StackDraft draft, CancellationToken stop = default)
    {
        Draft = draft;
        return Task.FromResult(Get(idOrName));
    }

    public Task<StackPlan> PlanAsync(string idOrName, StackDraft? draft = null, ApplyOptions? options = null, CancellationToken stop = default) => Task.FromResult(Get(idOrName) is not null ? Plan : Plan);
    public Task<EngineTask> ApplyAsync(string idOrName, ApplyOptions? options = null, CancellationToken stop = default) => Did($"apply {idOrName} {options?.Anew} {string.Join(',', options?.Services ?? [])}");
    public Task<EngineTask> UpdateAsync(string idOrName, string service, string? image = null, CancellationToken stop = default) => Did($"update {idOrName} {service} {image}");
    public Task<EngineTask> ScaleAsync(string idOrName, string service, int containers, CancellationToken stop = default) => Did($"scale {idOrName} {service} {containers}");
    public Task<EngineTask> RollbackAsync(string idOrName, int revision, CancellationToken stop = default) => Did($"rollback {idOrName} {revision}");
    public Task<EngineTask> StartAsync(string idOrName, string? service = null, CancellationToken stop = default) => Did($"start {idOrName} {service}");
    public Task<EngineTask> StopAsync(string idOrName, string? service = null, CancellationToken stop = default) => Did($"stop {idOrName} {service}");
    public Task<EngineTask> RestartAsync(string idOrName, string? service = null, CancellationToken stop = default) => Did($"restart {idOrName} {service}");
    public Task<EngineTask> DownAsync(string idOrName, bool volumes = false, CancellationToken stop = default) => Did($"down {idOrName} {volumes}");
    public Task RemoveAsync(string idOrName, CancellationToken stop = default) => Did($"remove {idOrName}");

    public ImmutableArray<StackRevision> Revisions(string idOrName) => [new(2, FakeContainers.Then, "apply", RevisionState.Applied, ["compose.yaml"], Plan, null)];
    public ImmutableDictionary<string, string> RevisionTexts(string idOrName, int revision) => ImmutableDictionary<string, string>.Empty.Add("compose.yaml", "services: {}\n");

    public ImmutableArray<StackFile> Files(string idOrName) => [new("conf/site.conf", 5, FakeContainers.Then)];
    public Task<byte[]> ReadFileAsync(string idOrName, string path, CancellationToken stop = default) => Task.FromResult(Encoding.UTF8.GetBytes(path));

    public async Task WriteFileAsync(string idOrName, string path, Stream content, CancellationToken stop = default)
    {
        using var text = new StreamReader(content);
        await Did($"write {idOrName} {path} {await text.ReadToEndAsync(stop)}");
    }

    public Task RemoveFileAsync(string idOrName, string path, CancellationToken stop = default) => Did($"remove file {path}");

    public async IAsyncEnumerable<StackLogLine> LogsAsync(string idOrName, string? service = null, int? tail = null, bool follow = false, [EnumeratorCancellation] CancellationToken stop = default)
    {
        await Task.Yield();
        yield return new("web", "shop-web-1", 1, false, "hello");
    }

    public ImmutableArray<string> Secrets() => ["db_password"];
    public Task SetSecretAsync(string name, string content, CancellationToken stop = default) => Did($"secret {name} {content}");
    public Task RemoveSecretAsync(string name, CancellationToken stop = default) => Did($"no secret {name}");

    private Task<EngineTask> Did(string call)
    {
        _calls.Enqueue(call.TrimEnd());
        return Task.FromResult(new EngineTask("abcdef012345", "stack", call, EngineTaskState.Running, FakeContainers.Then, null, [], null, null, 1));
    }
}
