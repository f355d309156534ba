using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brig.Engine.Containers;

namespace Brig.Engine.Tests.Logs;

/// <summary>An engine that has one container, in the state a test gives it. Readers of logs ask for nothing else.</summary>
internal sealed class OneContainer : IContainers
{
    private volatile Container? _container = new(
        ContainerId.New(), "one", new ContainerSpec { Image = "test" }, new ContainerState(ContainerStatus.Running), DateTimeOffset.UnixEpoch, "sha256:0", "true", 1);

    public ContainerId Id => Get("one").Id;

    public ContainerStatus Status
    {
        set => _container = Get("one") with { State = new ContainerState(value) };
    }

    public void Remove() => _container = null;

    public Container Get(string idOrName)
        => _container is { } c && (c.Name == idOrName || c.Id.Value == idOrName) ? c : throw EngineException.NotFound($"no container {idOrName}");

    public ImmutableArray<Container> List() => _container is { } c ? [c] : [];

    public Live<Container, ContainerChange> Follow() => throw new NotSupportedException();
    public Task<Container> CreateAsync(ContainerSpec spec, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> StartAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> StopAsync(string idOrName, TimeSpan? grace, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> RestartAsync(string idOrName, TimeSpan? grace, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> KillAsync(string idOrName, string signal, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> PauseAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> ResumeAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> RenameAsync(string idOrName, string name, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop) => throw new NotSupportedException();
    public Task<Container> UpdateRestartAsync(string idOrName, RestartPolicy policy, CancellationToken stop) => throw new NotSupportedException();
    public Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task RemoveAsync(string idOrName, bool force, CancellationToken stop) => throw new NotSupportedException();
    public Task<PruneReport> PruneAsync(CancellationToken stop) => throw new NotSupportedException();
    public Task<ImmutableArray<ProcessRow>> TopAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<ImmutableArray<NamespaceRow>> NamespacesAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<BirthRecord> BirthAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<JsonObject> InspectAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<IAttachment> AttachAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop) => throw new NotSupportedException();
    public Exec GetExec(string execId) => throw new NotSupportedException();
    public ImmutableArray<Exec> ListExecs(string idOrName) => throw new NotSupportedException();
    public Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop) => throw new NotSupportedException();
    public Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop) => throw new NotSupportedException();
    public Task KillExecAsync(string execId, string signal, CancellationToken stop) => throw new NotSupportedException();
}
