using System.Collections.Immutable;
using System.Security.Cryptography;
using Brig.Engine.State;
using Brig.Linux;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Tasks;

/// <summary>Runs what takes time and tells everybody about it. A task is a row from its begin on, so that one the engine did not survive is told too.</summary>
internal sealed partial class TaskBoard : ITasks, IDisposable
{
    private const int Kept = 200;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100), Farewell = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskEntry> _tasks = [];
    private readonly HashSet<string> _changed = [];
    private readonly Feed<EngineTaskChange> _feed;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly Store _store;
    private readonly EnginePaths _paths;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public TaskBoard(Store store, EnginePaths paths, TimeProvider time, ILogger<TaskBoard> log)
    {
        _feed = new(_gate);
        (_store, _paths, _time, _log) = (store, paths, time, log);
        _timer = time.CreateTimer(_ => Publish(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reads what was kept; what ran when the last engine ended was interrupted.</summary>
    public async Task OpenAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(_paths.Tasks);
        foreach (var row in _store.Read(db => db.Tasks.OrderByDescending(row => row.StartedAt).Take(Kept).ToArray()))
        {
            var task = EngineJson.Read<EngineTask>(row.Task);
            if (!task.HasEnded)
            {
                task = Ended(task, EngineTaskState.Interrupted, null, "Brig ended while this ran; start it again.");
                await KeepAsync(task, stop);
            }
            var entry = new TaskEntry(task, TaskOutput.Read(File(task.Id), _time)) { Published = task };
            entry.Ended.SetResult(task);
            _tasks[task.Id] = entry;
        }
    }

    /// <summary>Begins it and returns at once.</summary>
    /// <param name="work">Returns the result. Its EngineException's sentence is the task's error.</param>
    /// <param name="caller">Cancels it too: for work that lives by a request's body.</param>
    public async Task<EngineTask> StartAsync(string kind, string subject, Func<TaskRun, Task<string?>> work, CancellationToken caller = default)
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var task = new EngineTask(id, kind, subject, EngineTaskState.Running, _time.GetUtcNow(), null, [], null, null, 1);
        await KeepAsync(task, caller);
        var entry = new TaskEntry(task, new(File(id), _time)) { Published = task, Cancel = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, caller) };
        lock (_gate)
        {
            _tasks.Add(id, entry);
            _feed.Publish(new(id, task));
        }
        _ = Task.Run(() => RunAsync(entry, work), CancellationToken.None);
        return task;
    }

    /// <summary>Runs it to its end and returns what work returned; fails as it failed.</summary>
    public async Task<T> RunAsync<T>(string kind, string subject, Func<TaskRun, Task<(T Value, string? Result)>> work, CancellationToken caller = default)
    {
        T value = default!;
        Exception? failure = null;
        var task = await StartAsync(kind, subject, async run =>
        {
            try
            {
                (value, string? result) = await work(run);
                return result;
            }
            catch (Exception e)
            {
                failure = e;
                throw;
            }
        }, caller);
        await WaitAsync(task.Id, CancellationToken.None);
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
        return value;
    }

    public ImmutableArray<EngineTask> List()
    {
        lock (_gate)
        {
            return Ordered();
        }
    }

    public EngineTask Get(string id) => Find(id).Now;

    public Live<EngineTask, EngineTaskChange> Follow()
    {
        lock (_gate)
        {
            PublishHeld();
            return _feed.Follow(Ordered());
        }
    }

    public void Cancel(string id)
    {
        var entry = Find(id);
        lock (_gate)
        {
            if (entry.Now.HasEnded)
            {
                throw EngineException.Conflict($"The task {id} has ended already.");
            }
            entry.Cancelled = true;
        }
        entry.Cancel?.Cancel();
    }

    public Task<EngineTask> WaitAsync(string id, CancellationToken stop = default) => Find(id).Ended.Task.WaitAsync(stop);

    public IAsyncEnumerable<TaskLine> OutputAsync(string id, long from = 0, bool follow = false, CancellationToken stop = default) => Find(id).Output.ReadAsync(from, follow, stop);

    public async Task ForgetAsync(string id, CancellationToken stop = default)
    {
        if (!Find(id).Now.HasEnded)
        {
            throw EngineException.Conflict($"The task {id} runs; cancel it first.");
        }
        await ForgetAsync([id], stop);
    }

    /// <summary>Cancels what runs and waits a little for it; what has not ended then is told as interrupted by the next engine.</summary>
    public async Task StopAsync()
    {
        Task[] running;
        lock (_gate)
        {
            running = [.. _tasks.Values.Where(entry => !entry.Now.HasEnded).Select(entry => entry.Ended.Task)];
        }
        await _stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(Farewell, _time));
        lock (_gate)
        {
            _feed.End();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _stop.Dispose();
    }

    internal bool IsEnding => _stop.IsCancellationRequested;

    internal void Change(string id, Func<EngineTask, EngineTask> change)
    {
        lock (_gate)
        {
            if (_tasks.TryGetValue(id, out var entry) && !entry.Now.HasEnded)
            {
                entry.Now = change(entry.Now) with { Version = entry.Now.Version + 1 };
                if (_changed.Count == 0)
                {
                    _timer.Change(Between, Timeout.InfiniteTimeSpan);
                }
                _changed.Add(id);
            }
        }
    }

    internal void Print(string id, string text) => Find(id).Output.Add(text);

    private async Task RunAsync(TaskEntry entry, Func<TaskRun, Task<string?>> work)
    {
        EngineTask ended;
        try
        {
            string? result = await work(new(this, entry.Now.Id, entry.Cancel!.Token));
            ended = Ended(entry.Now, EngineTaskState.Succeeded, result, null);
        }
        catch (Exception) when (entry.Cancelled)
        {
            ended = Ended(entry.Now, EngineTaskState.Cancelled, null, null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            ended = Ended(entry.Now, EngineTaskState.Interrupted, null, "Brig stopped while this ran; start it again.");
        }
        catch (OperationCanceledException)
        {
            ended = Ended(entry.Now, EngineTaskState.Cancelled, null, "The client went away.");
        }
        catch (Exception e) when (e is EngineException or LinuxException)
        {
            ended = Ended(entry.Now, EngineTaskState.Failed, null, Text.Sentence(e.Message)) with { ErrorKind = (e as EngineException)?.Kind ?? EngineErrorKind.Failed, LoginAt = (e as EngineException)?.LoginAt };
        }
        catch (Exception e)
        {
            Unexpected(entry.Now.Kind, entry.Now.Subject, e);
            ended = Ended(entry.Now, EngineTaskState.Failed, null, $"It failed in a way that was not foreseen: {e.Message}");
        }
        entry.Output.End();
        try
        {
            await KeepAsync(ended, CancellationToken.None);
        }
        catch (EngineException e)
        {
            NotKept(e.Message);
        }
        lock (_gate)
        {
            entry.Now = entry.Published = ended;
            _changed.Remove(ended.Id);
            _feed.Publish(new(ended.Id, ended));
        }
        entry.Ended.SetResult(ended);
        entry.Cancel!.Dispose();
        await TrimAsync();
    }

    private EngineTask Ended(EngineTask task, EngineTaskState state, string? result, string? error) =>
        task with { State = state, EndedAt = _time.GetUtcNow(), Result = result, Error = error, Version = task.Version + 1 };

    private void Publish()
    {
        lock (_gate)
        {
            PublishHeld();
        }
    }

    private void PublishHeld()
    {
        foreach (string id in _changed)
        {
            if (_tasks.TryGetValue(id, out var entry) && entry.Now != entry.Published)
            {
                entry.Published = entry.Now;
                _feed.Publish(new(id, entry.Now));
            }
        }
        _changed.Clear();
    }

    private TaskEntry Find(string id)
    {
        lock (_gate)
        {
            return _tasks.TryGetValue(id, out var entry) ? entry : throw EngineException.NotFound($"There is no task \"{Text.Short(id)}\"; the last {Kept} are kept.");
        }
    }

    private async Task TrimAsync()
    {
        string[] old;
        lock (_gate)
        {
            old = [.. _tasks.Values.Where(entry => entry.Now.HasEnded).OrderByDescending(entry => entry.Now.StartedAt).Skip(Kept).Select(entry => entry.Now.Id)];
        }
        try
        {
            await ForgetAsync(old, CancellationToken.None);
        }
        catch (EngineException e)
        {
            NotKept(e.Message);
        }
    }

    private async Task ForgetAsync(string[] ids, CancellationToken stop)
    {
        if (ids.Length == 0)
        {
            return;
        }
        await _store.WriteAsync(db => db.Tasks.Where(row => ids.Contains(row.Id)).ExecuteDelete(), stop);
        lock (_gate)
        {
            foreach (string id in ids)
            {
                _tasks.Remove(id);
                _feed.Publish(new(id, null));
            }
        }
        foreach (string id in ids)
        {
            System.IO.File.Delete(File(id));
        }
    }

    private Task KeepAsync(EngineTask task, CancellationToken stop)
    {
        var row = new TaskRow { Id = task.Id, StartedAt = task.StartedAt.ToMicroseconds(), Task = EngineJson.Write(task) };
        return _store.WriteAsync(db =>
        {
            db.Tasks.Where(old => old.Id == row.Id).ExecuteDelete();
            db.Tasks.Add(row);
        }, stop);
    }

    private ImmutableArray<EngineTask> Ordered() => [.. _tasks.Values.Select(entry => entry.Now).OrderByDescending(task => task.StartedAt)];

    private string File(string id) => $"{_paths.Tasks}/{id}.log";

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Kind} of {Subject} failed in a way that was not foreseen")]
    private partial void Unexpected(string kind, string subject, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A task is kept in memory only: {Reason}")]
    private partial void NotKept(string reason);
}
