using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Events;
using Brig.Engine.Stacks.Applying;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Tasks;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Stacks.Running;

/// <summary>
/// Does to stacks what takes time, one thing at a time for each. What is to be done is on the disk before it is begun, and taken off when it has ended: an engine that finds it goes on with it,
/// and as every step looks at what is there first, it finishes, or rolls back as it would have.
/// </summary>
internal sealed partial class StackWorker(
    StackBook book, StackRows rows, StackPlans plans, StackView view, StackFeed feed, Applier applier, StackVerbs verbs, OwnFiles own, ForeignWork foreign, TaskBoard tasks, EventLog events, TimeProvider time, ILogger<StackWorker> log)
{
    /// <param name="change">What is said over the files.</param>
    /// <param name="again">The revision whose files are taken; null: the stack's.</param>
    public async Task<EngineTask> ApplyAsync(StackEntry entry, Func<StackRecord, StackRecord> change, RevisionRecord? again, ApplyOptions options, string note, CancellationToken stop)
    {
        using var held = await TakeAsync(entry, stop);
        var record = change(entry.Record);
        var reading = again is null ? plans.Read(record) : plans.Read(record, again);
        var profiles = again?.Profiles ?? record.Profiles;
        var desired = plans.Desired(record, reading, profiles);
        var plan = plans.Plan(desired, reading.Findings.All, options);
        var revision = new RevisionRecord(
            record.Last + 1, record.Revision, time.GetUtcNow(), note, RevisionState.Applying, reading.Files, reading.Folder.Texts, profiles, again?.Variables ?? record.Variables,
            again?.Scales ?? record.Scales, again?.Images ?? record.Images, plan, Specs(desired), StackPlans.Services(desired), null);
        var intent = new StackIntent(IntentKind.Apply, revision.Number, StackBook.NewId(), options, Before: [.. view.Containers(record.Name).Select(ContainerBefore.Of)]);
        await book.SaveAsync(entry, entry.Record with { Last = revision.Number });
        await rows.BeginAsync(record.Id, revision, intent);
        try
        {
            return await BeginAsync(entry, note, run => ApplyAsync(entry, revision, desired, intent, reading.Findings.All, run));
        }
        catch (Exception e)
        {
            await FailedAsync(entry, revision, e);
            throw;
        }
    }

    public async Task<EngineTask> DoAsync(StackEntry entry, StackIntent intent, CancellationToken stop)
    {
        using var held = await TakeAsync(entry, stop);
        await rows.IntendAsync(entry.Record.Id, intent);
        return await BeginAsync(entry, intent.Kind.ToString().ToLowerInvariant(), run => DoAsync(entry, intent, run));
    }

    /// <summary>A project that another tool made: nothing of it is kept.</summary>
    public async Task<EngineTask> DoForeignAsync(Stack project, StackIntent intent)
    {
        string name = project.Name, verb = intent.Kind.ToString().ToLowerInvariant();
        foreign.Begin(name);
        try
        {
            return await tasks.StartAsync("stack", $"{name}: {verb}", async run =>
            {
                foreign.Tell(name, run.Id);
                feed.Changed(name);
                try
                {
                    await verbs.RunAsync(name, project.Services.Select(service => (service.Name, service.DependsOn)), intent, run);
                    events.Add("stack", verb, name, name);
                    return null;
                }
                finally
                {
                    foreign.End(name);
                    feed.Changed(name);
                }
            });
        }
        catch
        {
            foreign.End(name);      // not begun
            throw;
        }
    }

    /// <summary>What an engine that was killed had begun.</summary>
    public async Task RecoverAsync()
    {
        var intents = rows.Intents();
        foreach (var (id, intent) in intents)
        {
            if (book.TryFind(id) is not { } entry)
            {
                await rows.DoneAsync(id);
                continue;
            }
            try
            {
                await RecoverAsync(entry, intent);
            }
            catch (Exception e)
            {
                NotRecovered(e, entry.Record.Name);
                string why = $"What was being done when Brig ended could not be gone on with: {e.Message}";
                if (intent.Kind == IntentKind.Apply && rows.Revision(id, intent.Revision) is { State: RevisionState.Applying } revision)
                {
                    await rows.SaveAsync(id, revision with { State = RevisionState.Failed, Error = why });
                }
                await book.SaveAsync(entry, entry.Record with { Trouble = why });
                await rows.DoneAsync(id);
            }
        }
        foreach (var entry in book.List().Where(entry => intents.All(intent => intent.Id != entry.Record.Id)))
        {
            if (rows.Revision(entry.Record.Id, entry.Record.Last) is { State: RevisionState.Applying } revision)
            {
                await rows.SaveAsync(entry.Record.Id, revision with { State = RevisionState.Failed, Error = "It was never begun." });
            }
        }
    }

    private async Task RecoverAsync(StackEntry entry, StackIntent intent)
    {
        if (intent.Kind != IntentKind.Apply)
        {
            await BeginAsync(entry, $"{intent.Kind.ToString().ToLowerInvariant()} (gone on with)", run => DoAsync(entry, intent, run));
            return;
        }
        var revision = rows.Revision(entry.Record.Id, intent.Revision) ?? throw EngineException.Failed("the revision is not kept");
        if (revision.State is RevisionState.Failed or RevisionState.RolledBack)
        {
            // It had ended; only that was not told everywhere.
            await EndAsync(entry, revision);
            return;
        }
        var reading = plans.Read(entry.Record, revision);
        var desired = plans.Desired(entry.Record, reading, revision.Profiles);
        await BeginAsync(entry, $"{revision.Note} (gone on with)", run => ApplyAsync(entry, revision, desired, intent, reading.Findings.All, run));
    }

    private async Task<string?> ApplyAsync(StackEntry entry, RevisionRecord revision, DesiredStack desired, StackIntent intent, ImmutableArray<StackFinding> findings, TaskRun run)
    {
        var options = intent.Options ?? new();
        if (entry.Record.Revision == 0)
        {
            entry.Services = revision.Services;     // what comes is seen coming
            feed.Changed(entry.Record.Id);
        }
        string? stayed;
        try
        {
            var plan = plans.Plan(desired, findings, options, intent.Round);
            bool hasNew = await applier.ImagesAsync(desired, plan, run);
            plan = hasNew ? plans.Plan(desired, findings, options, intent.Round, hasImages: true) : plan;
            stayed = await applier.RunAsync(desired, plan, intent, run) is { IsEmpty: false } sentences ? string.Join(' ', sentences) : null;
            await AppliedAsync(entry, revision with { Error = stayed }, options);
        }
        catch (OperationCanceledException) when (run.IsEngineEnding)
        {
            throw;      // the next engine goes on with it
        }
        catch (Exception e)
        {
            await FailedAsync(entry, revision, e);
            throw e is RolledBackException ? EngineException.Failed(e.Message) : e;
        }
        // It stands, and the next one tries the rest again; but whoever waits for it must not take it for whole.
        return stayed is null ? revision.Number.ToString(CultureInfo.InvariantCulture) : throw EngineException.Failed(stayed);
    }

    private async Task AppliedAsync(StackEntry entry, RevisionRecord revision, ApplyOptions options)
    {
        await rows.SaveAsync(entry.Record.Id, revision with { State = RevisionState.Applied });
        if (entry.Record.Folder is null)
        {
            foreach (var (path, text) in revision.Texts.Where(_ => revision.Note.StartsWith("rollback", StringComparison.Ordinal)))
            {
                await own.WriteAsync(entry.Record.Id, path, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), CancellationToken.None);
            }
        }
        entry.Services = revision.Services;
        await book.SaveAsync(entry, entry.Record with
        {
            Revision = revision.Number,
            Profiles = revision.Profiles,
            Variables = revision.Variables,
            Scales = revision.Scales,
            Images = revision.Images,
            Trouble = revision.Error,
        });
        await rows.DoneAsync(entry.Record.Id);
        events.Add("stack", options.Services is null ? "apply" : "update", entry.Record.Id, entry.Record.Name, ("revision", revision.Number.ToString(CultureInfo.InvariantCulture)), ("note", revision.Note));
    }

    private async Task FailedAsync(StackEntry entry, RevisionRecord revision, Exception e)
    {
        string why = e is OperationCanceledException ? "It was cancelled." : e.Message;
        var ended = revision with { State = e is RolledBackException ? RevisionState.RolledBack : RevisionState.Failed, Error = why };
        await rows.SaveAsync(entry.Record.Id, ended);
        await EndAsync(entry, ended);
    }

    private async Task EndAsync(StackEntry entry, RevisionRecord revision)
    {
        if (entry.Record.Revision == 0)
        {
            entry.Services = revision.Services;     // for what is there of it
        }
        await book.SaveAsync(entry, entry.Record with { Trouble = revision.Error });
        await rows.DoneAsync(entry.Record.Id);
        events.Add("stack", revision.State == RevisionState.RolledBack ? "rollback" : "fail", entry.Record.Id, entry.Record.Name,
            ("revision", revision.Number.ToString(CultureInfo.InvariantCulture)), ("reason", revision.Error ?? ""));
    }

    private async Task<string?> DoAsync(StackEntry entry, StackIntent intent, TaskRun run)
    {
        try
        {
            await verbs.RunAsync(entry.Record.Name, view.Get(entry.Record.Id).Services.Select(service => (service.Name, service.DependsOn)), intent, run);
            if (intent.Kind == IntentKind.Down)
            {
                entry.Services = [];
                await book.SaveAsync(entry, entry.Record with { Revision = 0, Trouble = null });
            }
            events.Add("stack", intent.Kind.ToString().ToLowerInvariant(), entry.Record.Id, entry.Record.Name);
        }
        catch (OperationCanceledException) when (run.IsEngineEnding)
        {
            throw;
        }
        catch (Exception)
        {
            await rows.DoneAsync(entry.Record.Id);
            throw;
        }
        await rows.DoneAsync(entry.Record.Id);
        return null;
    }

    private static async Task<AsyncLock.Held> TakeAsync(StackEntry entry, CancellationToken stop)
    {
        var held = await entry.Lock.TakeAsync(stop);
        if (entry.TaskId is { } task)
        {
            held.Dispose();
            throw ForeignWork.Busy(entry.Record.Name, task);
        }
        return held;
    }

    private async Task<EngineTask> BeginAsync(StackEntry entry, string what, Func<TaskRun, Task<string?>> work)
    {
        entry.TaskId = "…";
        try
        {
            return await StartAsync(entry, what, work);
        }
        catch
        {
            // Not begun: what is told as failed is not gone on with by the next engine, and the next who asks is not told to wait.
            entry.TaskId = null;
            await rows.DoneAsync(entry.Record.Id);
            throw;
        }
    }

    private Task<EngineTask> StartAsync(StackEntry entry, string what, Func<TaskRun, Task<string?>> work) =>
        tasks.StartAsync("stack", $"{entry.Record.Name}: {what}", async run =>
        {
            entry.TaskId = run.Id;
            feed.Changed(entry.Record.Id);
            try
            {
                return await work(run);
            }
            finally
            {
                entry.TaskId = null;
                feed.Changed(entry.Record.Id);
            }
        });

    private static ImmutableDictionary<string, string> Specs(DesiredStack desired) =>
        desired.Services.GroupBy(service => service.Hash).ToImmutableDictionary(group => group.Key, group => group.First().Text());

    [LoggerMessage(Level = LogLevel.Error, Message = "What was being done to the stack {Stack} could not be gone on with")]
    private partial void NotRecovered(Exception e, string stack);
}
