using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Brig.Engine.Events;
using Brig.Engine.Isolation;
using Brig.Linux;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>Second programs in running containers: each has a shim and a folder of its own, so that they too outlive the engine.</summary>
internal sealed class Execs(EnginePaths paths, ContainerTable table, ExecPlans plans, ShimProcess shims, DenialBook denials, EventLog events, TimeProvider time)
{
    /// <summary>Of one container; the oldest that ended is forgotten first.</summary>
    private const int Kept = 100;

    /// <summary>What a shell answers for a program that is not there, and for one that cannot be executed.</summary>
    private const int NotFound = 127, CannotRun = 126;

    private readonly ConcurrentDictionary<string, ExecEntry> _byId = new();

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    public ExecEntry? TryFind(string id) => _byId.GetValueOrDefault(id);

    public ExecEntry Find(string id)
    {
        if (_byId.TryGetValue(id, out var entry))
        {
            return entry;
        }
        var starting = id.Length < 4 ? [] : _byId.Where(pair => pair.Key.StartsWith(id, StringComparison.Ordinal)).Take(2).ToArray();
        return starting.Length == 1 ? starting[0].Value : throw EngineException.NotFound($"There is no exec \"{Text.Short(id)}\".");
    }

    public static ImmutableArray<Exec> List(ContainerEntry container) => [.. container.Execs.Values.Select(exec => exec.Now).OrderBy(exec => exec.StartedAt)];

    /// <summary>Of an exec that was prepared: from now on it is one like others, also where it could not be started.</summary>
    /// <exception cref="EngineException">NotFound: nobody prepared it, or it was started already.</exception>
    public async Task<ExecEntry> StartAsync(PreparedExec prepared, Attachment? attached, CancellationToken stop)
    {
        try
        {
            return await StartAsync(prepared.Container, prepared.Now.Spec, attached, stop, prepared.Now.Id);
        }
        catch (EngineException e)
        {
            attached?.End();
            var entry = new ExecEntry(prepared.Now with { StartedAt = time.GetUtcNow() }, prepared.Container, new ReplayRing());
            entry.End(new(e.InnerException is LinuxException { Errno: Errno.ENOENT } ? NotFound : CannotRun, 0, false));
            prepared.Container.Execs[prepared.Now.Id] = _byId[prepared.Now.Id] = entry;
            ForgetOldest(prepared.Container);
            throw;
        }
    }

    /// <param name="attached">Sees all that comes out from the first byte; null: only the last 64 KiB are kept for who comes.</param>
    public async Task<ExecEntry> StartAsync(ContainerEntry container, ExecSpec spec, Attachment? attached, CancellationToken stop, string? prepared = null)
    {
        ExecPlans.Check(spec);
        ContainerRun run;
        using (await container.Lock.TakeAsync(stop))
        {
            LifeCycle.Next(container.Now.State.Status, Verb.Exec, container.Now.Name);
            run = container.Run!;
        }
        string id = prepared ?? NewId();
        string runFolder = paths.ExecRun(id), folder = paths.Exec(container.Id, id);
        ShimConnection? shim = null;
        try
        {
            var attachments = new Attachments();
            if (attached is not null)
            {
                attachments.Add(attached, $"exec {id}");
            }
            var replay = new ReplayRing();
            Directory.CreateDirectory(runFolder);
            shim = await shims.StartAsync(replay);
            Directory.CreateDirectory(folder);
            byte[] plan = PlanWriter.Write(plans.Build(id, container.Now, run, spec));
            var startedAt = time.GetUtcNow();
            File.WriteAllText(folder + "/spec", EngineJson.Write(new SpecFile(spec, startedAt)));
            await shim.AttachFirstAsync(AttachFlags.None);
            if (attached is not null)
            {
                attached.Over(await shim.JoinAsync(attached));   // a connection of its own: who does not read it keeps nobody from hearing of the end
            }
            var answer = await shim.LaunchAsync(plan);
            shims.Refill();
            if (answer.Failed is { } failed)
            {
                throw new EngineException(
                    failed.Errno is Errno.ENOENT or Errno.EACCES or Errno.ENOTDIR or 8 or Errno.EINVAL ? EngineErrorKind.Invalid : EngineErrorKind.Failed,
                    Text.Sentence(failed.Sentence), new LinuxException("execve", spec.Command[0], failed.Errno));
            }
            var exec = new Exec(id, container.Id, spec, answer.Started!.Pid, startedAt, null);
            return Add(new(exec, container, replay) { Shim = shim, Attachments = attachments });
        }
        catch (Exception e) when (e is EngineException or IOException or LinuxException or WireException)
        {
            if (shim is not null)
            {
                await shim.DisposeAsync();
            }
            Trash.Delete(runFolder);
            Trash.Delete(folder);
            throw e switch
            {
                EngineException => e,
                IOException full when Disk.IsFull(full) => Disk.Full(folder, full),
                _ => EngineException.Failed($"The program could not be started: {e.Message}", e),
            };
        }
    }

    public static async Task<IAttachment> AttachAsync(ExecEntry exec, EnginePaths paths, CancellationToken stop)
    {
        if (exec.Now.Exit is not null)
        {
            return new EndedAttachment(exec.Replay.Chunks());
        }
        var attachment = exec.Attachments.Add(new(), $"exec {exec.Now.Id}");
        try
        {
            var shim = await ShimConnection.ConnectAsync(paths.ExecRun(exec.Now.Id), stop, attachment);
            attachment.Over(shim);
            await shim.AttachAsync(AttachFlags.Replay, stop);
            return attachment;
        }
        catch (Exception e) when (e is SocketException or EngineException or LinuxException)
        {
            // It ended between the look and the connection.
            await attachment.DisposeAsync();
            await exec.Ended.WaitAsync(stop);
            return new EndedAttachment(exec.Replay.Chunks());
        }
    }

    public static async Task KillAsync(ExecEntry exec, string signal, CancellationToken stop)
    {
        int number = Signals.Parse(signal);
        if (exec.Now.Exit is not null || exec.Shim is null)
        {
            throw EngineException.Conflict("The program has already ended.");
        }
        await exec.Shim.SignalAsync(number, stop);
    }

    /// <summary>Finds again what an engine before this one started; once, before anybody else is there.</summary>
    public async Task AdoptAsync(ContainerEntry container, CancellationToken stop)
    {
        string all = paths.Container(container.Id) + "/exec";
        if (!Directory.Exists(all))
        {
            return;
        }
        foreach (string folder in Directory.GetDirectories(all))
        {
            string id = Path.GetFileName(folder);
            if (!TryReadSpec(folder, out var kept))
            {
                Trash.Delete(folder);
                continue;
            }
            var exec = new Exec(id, container.Id, kept.Spec, 0, kept.StartedAt, null);
            var replay = new ReplayRing();
            try
            {
                var shim = await ShimConnection.ConnectAsync(paths.ExecRun(id), stop, replay);
                var status = await shim.HelloAsync(stop);
                await shim.AttachAsync(AttachFlags.Replay, stop);
                Add(new(exec with { Pid = status.Pid }, container, replay) { Shim = shim });
            }
            catch (Exception e) when (e is SocketException or EngineException or LinuxException)
            {
                var entry = new ExecEntry(exec, container, replay);
                entry.End(Exit(ExitFiles.TryRead(folder)));
                container.Execs[id] = _byId[id] = entry;
                Trash.Delete(paths.ExecRun(id));
            }
        }
    }

    /// <summary>The container is gone, and its execs with it.</summary>
    public void Forget(ContainerEntry container)
    {
        foreach (string id in container.Execs.Keys)
        {
            _byId.TryRemove(id, out _);
        }
    }

    /// <summary>Run folders that belong to no exec of any container.</summary>
    public void DeleteOrphans()
    {
        foreach (string folder in Directory.GetDirectories(paths.Execs).Where(folder => !_byId.ContainsKey(Path.GetFileName(folder))))
        {
            Trash.Delete(folder);
        }
    }

    private ExecEntry Add(ExecEntry entry)
    {
        entry.Container.Execs[entry.Now.Id] = _byId[entry.Now.Id] = entry;
        Tell(entry, "start", ("command", ProgramSpec.EventLine(entry.Now.Spec.Command)));
        denials.Watch(entry.Container.Id, entry.Now.Id, entry.Shim!);
        _ = WatchAsync(entry, entry.Shim!);
        return entry;
    }

    private void Tell(ExecEntry entry, string action, (string Key, string Value) what) => events.Add(ContainerEvents.Actor(entry.Container.Now), "exec", action, entry.Now.Id, entry.Container.Now.Name,
        ContainerEvents.With(entry.Now.Spec.Privileged || entry.Container.Now.Spec.Privileged, [("container", entry.Now.Container.Value), what]));

    private async Task WatchAsync(ExecEntry entry, ShimConnection shim)
    {
        var status = await shim.Ended;
        entry.Attachments.Ending();
        string folder = paths.Exec(entry.Now.Container, entry.Now.Id);
        entry.End(Exit(status?.Exit ?? ExitFiles.TryRead(folder)));
        Tell(entry, "die", ("exitCode", entry.Now.Exit!.Code.ToString(CultureInfo.InvariantCulture)));
        await shim.Closed;
        await shim.DisposeAsync();
        Trash.Delete(paths.ExecRun(entry.Now.Id));
        ForgetOldest(entry.Container);
        if (!table.TryGet(entry.Now.Container, out _))
        {
            _byId.TryRemove(entry.Now.Id, out _);
        }
    }

    private void ForgetOldest(ContainerEntry container)
    {
        foreach (var old in container.Execs.Values.Where(exec => exec.Now.Exit is not null).OrderByDescending(exec => exec.Now.StartedAt).Skip(Kept))
        {
            container.Execs.TryRemove(old.Now.Id, out _);
            _byId.TryRemove(old.Now.Id, out _);
            Trash.Delete(paths.Exec(container.Id, old.Now.Id));
        }
    }

    /// <summary>No record: its shim was killed, and it with it.</summary>
    private static ExitStatus Exit(ExitRecord? record) =>
        record is null ? new(128 + Signals.SIGKILL, Signals.SIGKILL, false) : new(record.Code, record.Signal, record.OomKilled);

    private static bool TryReadSpec(string folder, out SpecFile kept)
    {
        try
        {
            kept = EngineJson.Read<SpecFile>(File.ReadAllText(folder + "/spec"));
            return true;
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException)
        {
            kept = null!;
            return false;
        }
    }

    /// <summary>The file <c>spec</c> in an exec's folder.</summary>
    private sealed record SpecFile(ExecSpec Spec, DateTimeOffset StartedAt);
}
