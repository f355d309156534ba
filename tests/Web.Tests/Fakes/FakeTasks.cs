using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Brig.Engine;
using Brig.Engine.Tasks;

namespace Brig.Web.Tests.Fakes;

/// <summary>Tasks that a test tells about.</summary>
public sealed class FakeTasks : ITasks
{
    private readonly Dictionary<string, EngineTask> _all = [];

    public Feed<EngineTaskChange> Feed { get; } = new();
    public List<TaskLine> Lines { get; } = [];
    public List<string> Cancelled { get; } = [];
    public List<string> Forgotten { get; } = [];

    public EngineTask Set(EngineTask task)
    {
        _all[task.Id] = task;
        Feed.Publish(new(task.Id, task));
        return task;
    }

    public ImmutableArray<EngineTask> List() => [.. _all.Values];
    public EngineTask Get(string id) => _all.GetValueOrDefault(id) ?? throw EngineException.NotFound($"There is no task \"{id}\".");
    public Live<EngineTask, EngineTaskChange> Follow() => Feed.Follow(List());
    public void Cancel(string id) => Cancelled.Add(id);
    public Task<EngineTask> WaitAsync(string id, CancellationToken stop = default) => Task.FromResult(Get(id));

    public async IAsyncEnumerable<TaskLine> OutputAsync(string id, long from = 0, bool follow = false, [EnumeratorCancellation] CancellationToken stop = default)
    {
        foreach (var line in Lines.Where(line => line.Number >= from).ToArray())
            yield return line;
        await Task.CompletedTask;
    }

    public Task ForgetAsync(string id, CancellationToken stop = default)
    {
        Forgotten.Add(id);
        _all.Remove(id);
        Feed.Publish(new(id, null));
        return Task.CompletedTask;
    }
}
