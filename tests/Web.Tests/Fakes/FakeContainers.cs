using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Tests.Fakes;

/// <summary>Containers in memory, with a record of what was asked.</summary>
public sealed class FakeContainers : IContainers
{
    private readonly Dictionary<string, Container> _all = [];

    public Feed<ContainerChange> Changes { get; } = new();
    public List<string> Asked { get; } = [];
    public ContainerSpec? Created { get; private set; }

    /// <summary>When set, every verb throws it.</summary>
    public EngineException? Failure { get; set; }
    public BirthRecord? Birth { get; set; }
    public ImmutableArray<NamespaceRow> Namespaces { get; set; } = [];
    public ImmutableArray<ProcessRow> Processes { get; set; } = [];
    public JsonObject Inspected { get; set; } = [];

    public Container Add(string name, ContainerStatus status = ContainerStatus.Running, string image = "brig/busybox", ExitStatus? exit = null, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var id = ContainerId.New();
        var asked = new ContainerSpec { Image = image, Name = name };
        var running = status is ContainerStatus.Running or ContainerStatus.Paused;
        var state = new ContainerState(status, running ? 4242 : 0, At.AddHours(-3), running ? null : At.AddHours(-1), exit);
        return Put(new Container(id, name, spec?.Invoke(asked) ?? asked, state, At.AddDays(-1), "sha256:" + id.Value, "sh -c true", 1));
    }

    public static DateTimeOffset At { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public Container Put(Container container)
    {
        _all[container.Id.Value] = container;
        Changes.Publish(new ContainerChange(container.Id, container));
        return container;
    }

    public void Take(ContainerId id)
    {
        _all.Remove(id.Value);
        Changes.Publish(new ContainerChange(id, null));
    }

    public ImmutableArray<Container> List() => [.. _all.Values];

    public Container Get(string idOrName) =>
        _all.Values.FirstOrDefault(c => c.Id.Value == idOrName || c.Name == idOrName) ?? throw EngineException.NotFound($"There is no container \"{idOrName}\".");

    public Live<Container, ContainerChange> Follow() => Changes.Follow(List());

    public Task<Container> CreateAsync(ContainerSpec spec, CancellationToken stop = default)
    {
        Fail();
        Created = spec;
        Asked.Add("create");
        return Task.FromResult(Add(spec.Name ?? "brave-anchor", ContainerStatus.Created, spec.Image, null, _ => spec));
    }

    public Task<Container> StartAsync(string idOrName, CancellationToken stop = default) => Move("start", idOrName, ContainerStatus.Running);
    public Task<Container> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => Move("stop", idOrName, ContainerStatus.Exited);
    public Task<Container> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => Move("restart", idOrName, ContainerStatus.Running);
    public Task<Container> KillAsync(string idOrName, string signal = "SIGKILL", CancellationToken stop = default) => Move("kill", idOrName, ContainerStatus.Exited);
    public Task<Container> PauseAsync(string idOrName, CancellationToken stop = default) => Move("pause", idOrName, ContainerStatus.Paused);
    public Task<Container> ResumeAsync(string idOrName, CancellationToken stop = default) => Move("resume", idOrName, ContainerStatus.Running);
    public Task<Container> RenameAsync(string idOrName, string name, CancellationToken stop = default) => Change("rename " + name, idOrName, c => c with { Name = name });
    public Task<Container> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default) => Change("limits", idOrName, c => c with { Spec = c.Spec with { Limits = limits } });
    public Task<Container> UpdateAsync(string idOrName, Func<ContainerSettings, ContainerSettings> change, CancellationToken stop = default) => Change("update", idOrName, c => c with { Spec = change(ContainerSettings.Of(c.Spec)).Over(c.Spec) });
    public Task<Container> UpdateRestartAsync(string idOrName, RestartPolicy policy, CancellationToken stop = default) => Change("policy", idOrName, c => c with { Spec = c.Spec with { Restart = policy } });
    public Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop = default) => Task.FromResult(Get(idOrName).State.Exit ?? new(0, 0, false));

    public Task RemoveWithVolumesAsync(string idOrName, bool force = false, CancellationToken stop = default) => RemoveAsync(idOrName, force, stop);

    public Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default)
    {
        Fail();
        var one = Get(idOrName);
        Asked.Add("remove " + one.Name);
        Take(one.Id);
        return Task.CompletedTask;
    }

    public Task<PruneReport> PruneAsync(CancellationToken stop = default)
    {
        Asked.Add("prune");
        return Task.FromResult(new PruneReport([], 0));
    }

    public Task<ImmutableArray<ProcessRow>> TopAsync(string idOrName, CancellationToken stop = default) => Task.FromResult(Processes);
    public Task<ImmutableArray<NamespaceRow>> NamespacesAsync(string idOrName, CancellationToken stop = default) => Task.FromResult(Namespaces);
    public Task<BirthRecord> BirthAsync(string idOrName, CancellationToken stop = default) => Birth is null ? throw EngineException.NotFound("It was never started.") : Task.FromResult(Birth);
    public Task<JsonObject> InspectAsync(string idOrName, CancellationToken stop = default) => Task.FromResult(Inspected);
    public Exec PrepareExec(string idOrName, ExecSpec spec) => throw new NotSupportedException();
    public Task<Exec> StartExecAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<(Exec Exec, IAttachment Streams)> StartExecAttachedAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default) => throw new NotSupportedException();
    public Task ResizeAsync(string idOrName, int rows, int columns, CancellationToken stop = default) => throw new NotSupportedException();
    public Task ResizeExecAsync(string execId, int rows, int columns, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<IAttachment> AttachWholeAsync(string idOrName, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<ExitStatus> WaitAsync(string idOrName, WaitFor what, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<IAttachment> AttachAsync(string idOrName, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop = default) => throw new NotSupportedException();
    public Exec GetExec(string execId) => throw new NotSupportedException();
    public ImmutableArray<Exec> ListExecs(string idOrName) => [];
    public Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop = default) => throw new NotSupportedException();
    public Task KillExecAsync(string execId, string signal = "SIGKILL", CancellationToken stop = default) => throw new NotSupportedException();

    private Task<Container> Move(string verb, string idOrName, ContainerStatus to) =>
        Change(verb, idOrName, c => c with { State = c.State with { Status = to } });

    private Task<Container> Change(string verb, string idOrName, Func<Container, Container> change)
    {
        Fail();
        var one = Get(idOrName);
        Asked.Add($"{verb} {one.Name}");
        return Task.FromResult(Put(change(one) with { Version = one.Version + 1 }));
    }

    private void Fail()
    {
        if (Failure is { } failure)
            throw failure;
    }
}
