using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Brig.Engine;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;

namespace Brig.Web.Tests.Fakes;

/// <summary>Stacks that a test puts there; it notes what is asked.</summary>
public sealed class FakeStacks : IStacks
{
    private readonly Dictionary<string, Stack> _all = [];

    public Feed<StackChange> Feed { get; } = new();
    public List<string> Asked { get; } = [];
    public Dictionary<string, string> Texts { get; } = new() { ["compose.yaml"] = "services:\n  web:\n    image: a\n" };
    public List<StackFinding> Found { get; } = [];
    public StackPlan Plan { get; set; } = new("shop", [], []);
    public List<StackRevision> Past { get; } = [];
    public List<StackLogLine> Lines { get; } = [];
    public StackRequest? Requested { get; private set; }
    public StackDraft? Saved { get; private set; }

    public Stack Set(Stack stack)
    {
        _all[stack.Id] = stack;
        Feed.Publish(new(stack.Id, stack));
        return stack;
    }

    public ImmutableArray<Stack> List() => [.. _all.Values];
    public Stack Get(string idOrName) => _all.Values.FirstOrDefault(stack => stack.Id == idOrName || stack.Name == idOrName) ?? throw EngineException.NotFound($"There is no stack \"{idOrName}\".");
    public Live<Stack, StackChange> Follow() => Feed.Follow(List());
    public string Variables { get; set; } = "A=1\n";
    public ImmutableArray<StackTemplate> Templates => [new("web", "A web server", "One service.", ImmutableDictionary<string, string>.Empty.Add("compose.yaml", "services:\n  front: {}\n").Add(".env", Variables))];
    public JsonObject Schema() => new() { ["title"] = "</script>" };

    /// <summary>Texts with "wrong" in them have an error in that line.</summary>
    public StackCheck Check(string? idOrName, StackDraft draft)
    {
        var found = draft.Texts.SelectMany(pair => pair.Value.Split('\n').Select((line, i) => (pair.Key, line, i)).Where(item => item.line.Contains("wrong", StringComparison.Ordinal)))
            .Select(item => new StackFinding(FindingSeverity.Error, "That is wrong.", new(item.Key, item.i + 1, 1))).Concat(Found).ToImmutableArray();
        return new(found.All(one => one.Severity != FindingSeverity.Error), "shop", [], found);
    }

    public Task<Stack> CreateAsync(StackRequest request, CancellationToken stop = default)
    {
        Requested = request;
        return request.Name == "taken" ? throw EngineException.Conflict("There is a stack \"taken\" already.") : Task.FromResult(Set(new(new string('1', 12), request.Name ?? "shop", request.Folder, ["compose.yaml"], [], 0, true, [], FakeContainers.At)));
    }

    public Task<Stack> SaveAsync(string idOrName, StackDraft draft, CancellationToken stop = default)
    {
        Saved = draft;
        return Task.FromResult(Get(idOrName));
    }

    public Task<StackPlan> PlanAsync(string idOrName, StackDraft? draft = null, ApplyOptions? options = null, CancellationToken stop = default) => Task.FromResult(Plan);
    public Task<EngineTask> ApplyAsync(string idOrName, ApplyOptions? options = null, CancellationToken stop = default) => Begin("apply");
    public Task<EngineTask> UpdateAsync(string idOrName, string service, string? image = null, CancellationToken stop = default) => Begin($"update {service}");
    public Task<EngineTask> ScaleAsync(string idOrName, string service, int containers, CancellationToken stop = default) => Begin($"scale {service} {containers}");
    public Task<EngineTask> RollbackAsync(string idOrName, int revision, CancellationToken stop = default) => Begin($"rollback {revision}");
    public Task<EngineTask> StartAsync(string idOrName, string? service = null, CancellationToken stop = default) => Begin($"start {service}");
    public Task<EngineTask> StopAsync(string idOrName, string? service = null, CancellationToken stop = default) => Begin($"stop {service}");
    public Task<EngineTask> RestartAsync(string idOrName, string? service = null, CancellationToken stop = default) => Begin($"restart {service}");
    public Task<EngineTask> DownAsync(string idOrName, bool volumes = false, CancellationToken stop = default) => Begin(volumes ? "down with volumes" : "down");

    public Task RemoveAsync(string idOrName, CancellationToken stop = default)
    {
        _all.Remove(idOrName);
        Asked.Add("remove");
        Feed.Publish(new(idOrName, null));
        return Task.CompletedTask;
    }

    public ImmutableArray<StackRevision> Revisions(string idOrName) => [.. Past];
    public ImmutableDictionary<string, string> RevisionTexts(string idOrName, int revision) => ImmutableDictionary<string, string>.Empty.Add("compose.yaml", $"services: {{}}\n# {revision}\n");
    public ImmutableArray<StackFile> Files(string idOrName) => [.. Texts.Select(pair => new StackFile(pair.Key, pair.Value.Length, FakeContainers.At))];
    public Task<byte[]> ReadFileAsync(string idOrName, string path, CancellationToken stop = default) => Task.FromResult(Encoding.UTF8.GetBytes(Texts[path]));
    public Task WriteFileAsync(string idOrName, string path, Stream content, CancellationToken stop = default) => throw new NotSupportedException();
    public Task RemoveFileAsync(string idOrName, string path, CancellationToken stop = default) => throw new NotSupportedException();

    public async IAsyncEnumerable<StackLogLine> LogsAsync(string idOrName, string? service = null, int? tail = null, bool follow = false, [EnumeratorCancellation] CancellationToken stop = default)
    {
        foreach (var line in Lines.Where(line => service is null || line.Service == service))
            yield return line;
        await Task.Delay(Timeout.Infinite, stop);
    }

    public ImmutableArray<string> Secrets() => [];
    public Task SetSecretAsync(string name, string content, CancellationToken stop = default) => throw new NotSupportedException();
    public Task RemoveSecretAsync(string name, CancellationToken stop = default) => throw new NotSupportedException();

    private Task<EngineTask> Begin(string what)
    {
        Asked.Add(what.TrimEnd());
        return Task.FromResult(new EngineTask("s1", "stack", what, EngineTaskState.Running, FakeContainers.At, null, [], null, null, 1));
    }
}
