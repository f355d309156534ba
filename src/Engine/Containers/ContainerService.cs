using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Brig.Engine.Containers;

/// <summary>The verbs, each where it belongs.</summary>
internal sealed class ContainerService(ContainerTable table) : IContainers
{
    private static readonly EngineException Later = EngineException.Unavailable("The engine is being built.");

    public ImmutableArray<Container> List() => table.List();
    public Container Get(string idOrName) => table.Find(idOrName).Now;
    public Live<Container, ContainerChange> Follow() => table.Follow();
    public Task<Container> CreateAsync(ContainerSpec spec, CancellationToken stop = default) => throw Later;
    public Task<Container> StartAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task<Container> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => throw Later;
    public Task<Container> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => throw Later;
    public Task<Container> KillAsync(string idOrName, string signal = "SIGKILL", CancellationToken stop = default) => throw Later;
    public Task<Container> PauseAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task<Container> ResumeAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task<Container> RenameAsync(string idOrName, string name, CancellationToken stop = default) => throw Later;
    public Task<Container> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default) => throw Later;
    public Task<Container> UpdateRestartAsync(string idOrName, RestartPolicy policy, CancellationToken stop = default) => throw Later;
    public Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default) => throw Later;
    public Task<PruneReport> PruneAsync(CancellationToken stop = default) => throw Later;
    public Task<ImmutableArray<ProcessRow>> TopAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task<ImmutableArray<NamespaceRow>> NamespacesAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task<BirthRecord> BirthAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task<JsonObject> InspectAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task<IAttachment> AttachAsync(string idOrName, CancellationToken stop = default) => throw Later;
    public Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop = default) => throw Later;
    public Exec GetExec(string execId) => throw Later;
    public ImmutableArray<Exec> ListExecs(string idOrName) => throw Later;
    public Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop = default) => throw Later;
    public Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop = default) => throw Later;
    public Task KillExecAsync(string execId, string signal = "SIGKILL", CancellationToken stop = default) => throw Later;
}
