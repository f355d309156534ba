using Brig.Engine.Events;

namespace Brig.Engine.Containers;

/// <param name="Now">Without a process, and without an end.</param>
internal sealed record PreparedExec(Exec Now, ContainerEntry Container)
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on others know it, also where its start failed.</summary>
    public Task Started => _started.Task;

    /// <summary>Characters, about.</summary>
    public int Size { get; } = Now.Spec.Command.Concat(Now.Spec.Env).Sum(text => text.Length);

    public void Begun() => _started.TrySetResult();
}

/// <summary>Execs that somebody will start, or forget: only the newest are kept, as far as they are small, and none for long.</summary>
internal sealed class PreparedExecs(EventLog events, TimeProvider time)
{
    private const int Most = 1024;

    /// <summary>Of all of them together, characters.</summary>
    private const long MostText = 16 * 1024 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<PreparedExec> _oldestFirst = new();
    private readonly Dictionary<string, PreparedExec> _starting = [];
    private long _text;

    /// <exception cref="EngineException">Invalid; Conflict: the container does not run.</exception>
    public Exec Add(ContainerEntry container, ExecSpec spec)
    {
        ExecPlans.Check(spec);
        LifeCycle.Next(container.Now.State.Status, Verb.Exec, container.Now.Name);
        var exec = new Exec(Execs.NewId(), container.Id, spec, 0, time.GetUtcNow(), null);
        var prepared = new PreparedExec(exec, container);
        lock (_gate)
        {
            while (_oldestFirst.First is { } oldest && (_oldestFirst.Count >= Most || _text + prepared.Size > MostText || exec.StartedAt - oldest.Value.Now.StartedAt > Longest))
            {
                Remove(oldest);
            }
            _text += prepared.Size;
            _oldestFirst.AddLast(prepared);
        }
        events.Add(ContainerEvents.Actor(container.Now), "exec", "create", exec.Id, container.Now.Name, ("container", container.Id.Value), ("command", ProgramSpec.EventLine(spec.Command)));
        return exec;
    }

    /// <summary>Also one that is being started, until it is one like others.</summary>
    public PreparedExec? Find(string id)
    {
        lock (_gate)
        {
            return _oldestFirst.FirstOrDefault(prepared => prepared.Now.Id == id) ?? _starting.GetValueOrDefault(id);
        }
    }

    /// <summary>Whoever takes it starts it, and tells when it has; a second one finds nothing.</summary>
    public PreparedExec? Take(string id)
    {
        lock (_gate)
        {
            var at = _oldestFirst.First;
            while (at is not null && at.Value.Now.Id != id)
            {
                at = at.Next;
            }
            if (at is null)
            {
                return null;
            }
            Remove(at);
            return _starting[id] = at.Value;
        }
    }

    /// <summary>It was not started after all.</summary>
    public void PutBack(PreparedExec taken)
    {
        lock (_gate)
        {
            if (_starting.Remove(taken.Now.Id, out var prepared))
            {
                _text += prepared.Size;
                _oldestFirst.AddFirst(prepared);   // as it was prepared
            }
        }
    }

    /// <summary>From now on others know it; not one that was put back.</summary>
    public void Started(string id)
    {
        lock (_gate)
        {
            if (_starting.Remove(id, out var prepared))
            {
                prepared.Begun();
            }
        }
    }

    /// <summary>Its container is gone.</summary>
    public void Forget(ContainerEntry container)
    {
        lock (_gate)
        {
            for (var at = _oldestFirst.First; at is not null;)
            {
                var next = at.Next;
                if (at.Value.Container == container)
                {
                    Remove(at);
                }
                at = next;
            }
        }
    }

    private void Remove(LinkedListNode<PreparedExec> at)
    {
        _text -= at.Value.Size;
        _oldestFirst.Remove(at);
    }
}
