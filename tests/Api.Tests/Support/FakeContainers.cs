using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Api.Tests.Support;

/// <summary>Knows one container, <c>web</c>, and writes down what was asked of it.</summary>
internal sealed class FakeContainers : IContainers
{
    public static readonly ContainerId Id = new(new string('a', 64));
    public static readonly DateTimeOffset Then = new(2026, 11, 21, 20, 0, 0, TimeSpan.Zero);
    private readonly ConcurrentQueue<string> _calls = new();

    public string[] Calls => [.. _calls];
    public ContainerSpec? Created { get; private set; }
    public ExecSpec? Executed { get; private set; }
    public Limits? NewLimits { get; private set; }
    public RestartPolicy? NewPolicy { get; private set; }

    /// <summary>What every verb ends in; null: success.</summary>
    public Exception? Failure { get; set; }
    public ContainerStatus Status { get; set; } = ContainerStatus.Running;
    public TaskCompletionSource<ExitStatus>? Ending { get; set; }
    public FakeAttachment Attachment { get; } = new();

    public Container Web => new(
        Id, "web", Created ?? new ContainerSpec { Image = "brig/busybox" }, new ContainerState(Status, 42, Then, Exit: new ExitStatus(137, 9, true)),
        Then, "sha256:" + new string('b', 64), "sh -c true", 7);

    public ImmutableArray<Container> List() => [Web];
    public Container Get(string idOrName) => idOrName == "web" || idOrName == Id.Value ? Web : throw EngineException.NotFound($"No container is called \"{idOrName}\".");
    public Live<Container, ContainerChange> Follow() => new([Web], Channel.CreateBounded<ContainerChange>(1).Reader, Nothing.Instance);

    public Task<Container> CreateAsync(ContainerSpec spec, CancellationToken stop = default)
    {
        Created = spec;
        return Did("create " + spec.Image);
    }

    public Task<Container> StartAsync(string idOrName, CancellationToken stop = default) => Did("start " + idOrName);
    public Task<Container> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => Did($"stop {idOrName} {Seconds(grace)}");
    public Task<Container> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default) => Did($"restart {idOrName} {Seconds(grace)}");
    public Task<Container> KillAsync(string idOrName, string signal = "SIGKILL", CancellationToken stop = default) => Did($"kill {idOrName} {signal}");
    public Task<Container> PauseAsync(string idOrName, CancellationToken stop = default) => Did("pause " + idOrName);
    public Task<Container> ResumeAsync(string idOrName, CancellationToken stop = default) => Did("resume " + idOrName);
    public Task<Container> RenameAsync(string idOrName, string name, CancellationToken stop = default) => Did($"rename {idOrName} {name}");

    public Task<Container> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default)
    {
        NewLimits = limits;
        return Did("limits " + idOrName);
    }

    public Task<Container> UpdateRestartAsync(string idOrName, RestartPolicy policy, CancellationToken stop = default)
    {
        NewPolicy = policy;
        return Did("restart-policy " + idOrName);
    }

    public Task<Container> UpdateAsync(string idOrName, Func<ContainerSettings, ContainerSettings> change, CancellationToken stop = default)
    {
        (NewLimits, NewPolicy, _) = change(ContainerSettings.Of(Web.Spec));
        return Did("update " + idOrName);
    }

    public async Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop = default)
    {
        await Did("wait " + idOrName);
        return Ending is null ? new ExitStatus(3, 0, false) : await Ending.Task.WaitAsync(stop);
    }

    public Task RemoveWithVolumesAsync(string idOrName, bool force = false, CancellationToken stop = default) => Did($"remove {idOrName} {force} with volumes");
    public Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default) => Did($"remove {idOrName} {force}");

    public async Task<PruneReport> PruneAsync(CancellationToken stop = default)
    {
        await Did("prune");
        return new PruneReport(["old"], 4096);
    }

    public async Task<ImmutableArray<ProcessRow>> TopAsync(string idOrName, CancellationToken stop = default)
    {
        await Did("top " + idOrName);
        return [new ProcessRow(42, 1, 0, "root", "S", TimeSpan.FromSeconds(1.5), 4096, 1, Then, "sh")];
    }

    public async Task<ImmutableArray<NamespaceRow>> NamespacesAsync(string idOrName, CancellationToken stop = default)
    {
        await Did("namespaces " + idOrName);
        return [new NamespaceRow("pid", 4026532000, 4026531836, ["other"])];
    }

    public async Task<BirthRecord> BirthAsync(string idOrName, CancellationToken stop = default)
    {
        await Did("birth " + idOrName);
        return new BirthRecord(Then, [new BirthStep(BirthActor.Child, "mount", "\"proc\", \"/proc\"", "0", 10, 2.5, null)]);
    }

    public async Task<JsonObject> InspectAsync(string idOrName, CancellationToken stop = default)
    {
        await Did("inspect " + idOrName);
        return new JsonObject { ["asked"] = new JsonObject { ["image"] = "brig/busybox" } };
    }

    public async Task<IAttachment> AttachAsync(string idOrName, CancellationToken stop = default)
    {
        await Did("attach " + idOrName);
        return Attachment;
    }

    public Exec PrepareExec(string idOrName, ExecSpec spec)
    {
        Executed = spec;
        _calls.Enqueue("prepare-exec " + Get(idOrName).Name);
        return GetExec("e1");
    }

    public async Task<Exec> StartExecAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default)
    {
        await Did($"start-exec {execId} {rows}x{columns}");
        return GetExec(execId);
    }

    public async Task<(Exec Exec, IAttachment Streams)> StartExecAttachedAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default) =>
        (await StartExecAsync(execId, rows, columns, stop), Attachment);

    public Task ResizeAsync(string idOrName, int rows, int columns, CancellationToken stop = default) => Did($"resize {idOrName} {rows}x{columns}");
    public Task ResizeExecAsync(string execId, int rows, int columns, CancellationToken stop = default) => Did($"resize-exec {execId} {rows}x{columns}");

    public async Task<IAttachment> AttachWholeAsync(string idOrName, CancellationToken stop = default)
    {
        await Did("attach-whole " + Get(idOrName).Name);
        return Attachment.Given();
    }

    public async Task<ExitStatus> WaitAsync(string idOrName, WaitFor what, CancellationToken stop = default)
    {
        await Did($"wait {Get(idOrName).Name} {what}");
        return Ending is null ? new ExitStatus(3, 0, false) : await Ending.Task.WaitAsync(stop);
    }

    public async Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop = default)
    {
        Executed = spec;
        await Did("exec " + idOrName);
        return GetExec("e1");
    }

    public Exec GetExec(string execId) =>
        execId == "e1" ? new Exec(execId, Id, Executed ?? new ExecSpec { Command = ["sh"] }, 43, Then, null) : throw EngineException.NotFound($"No exec is called \"{execId}\".");

    public ImmutableArray<Exec> ListExecs(string idOrName) => [GetExec("e1")];

    public async Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop = default)
    {
        await Did("wait-exec " + execId);
        return new ExitStatus(0, 0, false);
    }

    public async Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop = default)
    {
        await Did("attach-exec " + execId);
        return Attachment;
    }

    public Task KillExecAsync(string execId, string signal = "SIGKILL", CancellationToken stop = default) => Did($"kill-exec {execId} {signal}");

    private Task<Container> Did(string call)
    {
        _calls.Enqueue(call);
        return Failure is null ? Task.FromResult(Web) : Task.FromException<Container>(Failure);
    }

    private static string Seconds(TimeSpan? grace) => grace?.TotalSeconds.ToString(CultureInfo.InvariantCulture) ?? "-";
}
