using Brig.Engine.State;
using Brig.Engine.Tasks;
using Brig.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.Tasks;

public sealed class TaskBoardTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private Store _store = null!;
    private TaskBoard _board = null!;

    public async Task InitializeAsync() => (_store, _board) = await OpenAsync();

    public async Task DisposeAsync()
    {
        await _board.StopAsync();
        _board.Dispose();
        _store.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_WorkTellsSteps_FollowersSeeThemAndTheEnd()
    {
        using var live = _board.Follow();
        var go = new TaskCompletionSource();
        var task = await _board.StartAsync("pull", "a:1", async run =>
        {
            run.Step(new("one", "first", TaskStepState.Running, "downloading", 1, 10));
            run.Step("one", step => step with { Done = 5 });
            run.Line("hello\nworld");
            await go.Task;
            run.Step(new("one", "first", TaskStepState.Done, "pulled", 10, 10));
            return "sha256:x";
        });
        var seen = new List<EngineTask>();
        await foreach (var change in live.Changes.ReadAllAsync())
        {
            seen.Add(change.Now!);
            if (change.Now!.Steps is [{ Done: 5 }])
            {
                go.TrySetResult();
            }
            if (change.Now.HasEnded)
            {
                break;
            }
        }

        Assert.Equal((EngineTaskState.Succeeded, "sha256:x", TaskStepState.Done), (seen[^1].State, seen[^1].Result, seen[^1].Steps[0].State));
        Assert.Equal(seen.Select(t => t.Version).Order(), seen.Select(t => t.Version));
        Assert.Equal(["hello", "world"], await LinesAsync(task.Id));
        Assert.Equal(["world"], await LinesAsync(task.Id, from: 1));
    }

    [Fact]
    public async Task Work_FailsWithASentence_IsTheTasksError()
    {
        var task = await _board.StartAsync("load", "", _ => throw EngineException.Invalid("That is no archive."));

        var ended = await _board.WaitAsync(task.Id).WaitAsync(Wait.Limit);
        Assert.Equal((EngineTaskState.Failed, "That is no archive."), (ended.State, ended.Error));
        await Assert.ThrowsAsync<EngineException>(() => _board.RunAsync<int>("load", "", _ => throw EngineException.Invalid("That is no archive.")));
    }

    [Fact]
    public async Task Cancel_Running_EndsAsCancelled()
    {
        var task = await _board.StartAsync("pull", "a", async run =>
        {
            await Task.Delay(Timeout.Infinite, run.Stop);
            return null;
        });
        _board.Cancel(task.Id);

        Assert.Equal(EngineTaskState.Cancelled, (await _board.WaitAsync(task.Id).WaitAsync(Wait.Limit)).State);
        Assert.Equal(EngineErrorKind.Conflict, Assert.Throws<EngineException>(() => _board.Cancel(task.Id)).Kind);
    }

    [Fact]
    public async Task Open_AfterAnEngineThatVanished_SaysInterruptedAndKeepsTheOutput()
    {
        var never = new TaskCompletionSource();
        var task = await _board.StartAsync("build", "a", async run =>
        {
            run.Line("step 1");
            await never.Task;
            return null;
        });
        await Wait.Until(() => File.Exists($"{_folder.Path}/root/tasks/{task.Id}.log") && new FileInfo($"{_folder.Path}/root/tasks/{task.Id}.log").Length > 0, "the line is written");
        var (store, next) = await OpenAsync();
        var told = next.Get(task.Id);
        var lines = new List<string>();
        await foreach (var line in next.OutputAsync(task.Id))
        {
            lines.Add(line.Text);
        }
        await next.ForgetAsync(task.Id);
        next.Dispose();
        store.Dispose();
        never.SetResult();

        Assert.Equal((EngineTaskState.Interrupted, true), (told.State, told.Error!.Contains("start it again")));
        Assert.Equal(["step 1"], lines);
        Assert.Throws<EngineException>(() => next.Get(task.Id));
    }

    [Fact]
    public async Task Output_Follow_EndsWithTheTask()
    {
        var go = new TaskCompletionSource();
        var task = await _board.StartAsync("build", "a", async run =>
        {
            run.Line("1");
            await go.Task;
            run.Line("2");
            return null;
        });
        var lines = new List<string>();
        await foreach (var line in _board.OutputAsync(task.Id, follow: true))
        {
            lines.Add(line.Text);
            go.TrySetResult();
        }

        Assert.Equal(["1", "2"], lines);
    }

    private async Task<string[]> LinesAsync(string id, long from = 0)
    {
        var lines = new List<string>();
        await foreach (var line in _board.OutputAsync(id, from))
        {
            lines.Add(line.Text);
        }
        return [.. lines];
    }

    private async Task<(Store, TaskBoard)> OpenAsync()
    {
        var paths = new EnginePaths(new() { Root = _folder.Path + "/root", Run = _folder.Path + "/run" });
        Directory.CreateDirectory(paths.Root);
        var store = new Store(paths);
        store.Open();
        var board = new TaskBoard(store, paths, TimeProvider.System, NullLogger<TaskBoard>.Instance);
        await board.OpenAsync(default);
        return (store, board);
    }
}
