using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Reading;
using Brig.Engine.Stacks.Running;
using Brig.Engine.Tasks;

namespace Brig.Engine.Stacks;

/// <summary>The verbs, each where it belongs.</summary>
internal sealed class AllStacks(
    StackBook book, StackRows rows, StackView view, StackFeed feed, StackPlans plans, StackReader reader, StackWorker worker, StackLogs logs, OwnFiles own, SecretBook secrets, ForeignWork foreign, TimeProvider time) : IStacks
{
    public ImmutableArray<Stack> List() => view.List();
    public Stack Get(string idOrName) => view.Get(idOrName);
    public Live<Stack, StackChange> Follow() => feed.Follow();
    public ImmutableArray<StackTemplate> Templates => Brig.Engine.Stacks.Templates.All();
    public JsonObject Schema() => ComposeSchema.Make();

    public StackCheck Check(string? idOrName, StackDraft draft)
    {
        var reading = idOrName is null
            ? reader.Read(null, new(null, draft.Files ?? [], draft.Profiles ?? [], draft.Variables ?? ImmutableDictionary<string, string>.Empty, draft.Texts))
            : plans.Read(Plain(Find(idOrName).Record), draft);
        return new(!reading.Findings.HasErrors, reading.Project?.Name, [.. reading.Project?.Services.Keys ?? []], reading.Findings.All);
    }

    public async Task<Stack> CreateAsync(StackRequest request, CancellationToken stop = default)
    {
        if (request.Folder is { } host)
        {
            if (!Path.IsPathFullyQualified(host) || !Directory.Exists(host) || !request.Texts.IsEmpty)
            {
                throw EngineException.Invalid(request.Texts.IsEmpty ? $"{Text.Short(host)} is no absolute folder of this machine." : "Of a folder of the machine the files are there; leave out the texts, or the folder.");
            }
        }
        string id = StackBook.NewId();
        var reading = reader.Read(id, new(request.Folder is null ? null : Path.GetFullPath(request.Folder), request.Files, request.Profiles, request.Variables, request.Texts));
        var project = reading.Good();
        string name = request.Name ?? project.Name ?? throw EngineException.Invalid("The stack has no name; give one, or write name: at the top of the file.");
        if (!ProjectTable.IsName(name))
        {
            throw EngineException.Invalid($"\"{Text.Short(name)}\" cannot be a stack's name; it has lower case letters, digits, '-' and '_', and begins with a letter or digit.");
        }
        TakeOver(name, request.TakeOver);
        var entry = await book.AddAsync(new(id, name, request.Folder is null ? null : Path.GetFullPath(request.Folder), reading.Files, request.Profiles, plans.Close(id, request.Variables), time.GetUtcNow(), 0, 0));
        try
        {
            await WriteAsync(id, request.Texts, stop);
        }
        catch
        {
            await ForgetAsync(entry);
            throw;
        }
        feed.Changed(id);
        return view.Get(id);
    }

    public async Task<Stack> SaveAsync(string idOrName, StackDraft draft, CancellationToken stop = default)
    {
        var entry = Find(idOrName);
        using (await entry.Lock.TakeAsync(stop))
        {
            var record = entry.Record;
            if (record.Folder is not null && !draft.Texts.IsEmpty)
            {
                throw FilesAreTheMachines(record);
            }
            plans.Read(Plain(record), draft).Good();
            await WriteAsync(record.Id, draft.Texts, stop);
            await book.SaveAsync(entry, record with
            {
                Files = draft.Files ?? record.Files,
                Profiles = draft.Profiles ?? record.Profiles,
                Variables = draft.Variables is { } variables ? plans.Close(record.Id, variables) : record.Variables,
            });
        }
        feed.Changed(entry.Record.Id);
        return view.Get(entry.Record.Id);
    }

    public Task<StackPlan> PlanAsync(string idOrName, StackDraft? draft = null, ApplyOptions? options = null, CancellationToken stop = default) => Task.Run(() =>
    {
        var record = Plain(Find(idOrName).Record);
        var reading = plans.Read(record, draft);
        return plans.Plan(plans.Desired(record, reading, draft?.Profiles ?? record.Profiles), reading.Findings.All, options ?? new());
    }, stop);

    public Task<EngineTask> ApplyAsync(string idOrName, ApplyOptions? options = null, CancellationToken stop = default) =>
        worker.ApplyAsync(Find(idOrName), Plain, null, options ?? new(), "apply", stop);

    public Task<EngineTask> UpdateAsync(string idOrName, string service, string? image = null, CancellationToken stop = default)
    {
        var entry = Find(idOrName);
        if (image is not null)
        {
            Images.ImageName.ParseTag(image);
        }
        return worker.ApplyAsync(
            entry, record => image is null ? record : record with { Images = record.Images.SetItem(service, image) }, null, new([service], Pull: image is null), $"update {service}{(image is null ? "" : $" to {image}")}", stop);
    }

    public Task<EngineTask> ScaleAsync(string idOrName, string service, int containers, CancellationToken stop = default)
    {
        if (containers is < 0 or > 1000)
        {
            throw EngineException.Invalid("A service has 0 to 1000 containers.");
        }
        return worker.ApplyAsync(Find(idOrName), record => record with { Scales = record.Scales.SetItem(service, containers) }, null, new([service]), $"scale {service} to {containers}", stop);
    }

    public Task<EngineTask> RollbackAsync(string idOrName, int revision, CancellationToken stop = default)
    {
        var entry = Find(idOrName);
        return worker.ApplyAsync(entry, record => record, Revision(entry, revision), new(), $"rollback to {revision}", stop);
    }

    public Task<EngineTask> StartAsync(string idOrName, string? service = null, CancellationToken stop = default) => DoAsync(idOrName, new(IntentKind.Start, 0, "", null, service), stop);
    public Task<EngineTask> StopAsync(string idOrName, string? service = null, CancellationToken stop = default) => DoAsync(idOrName, new(IntentKind.Stop, 0, "", null, service), stop);
    public Task<EngineTask> RestartAsync(string idOrName, string? service = null, CancellationToken stop = default) => DoAsync(idOrName, new(IntentKind.Restart, 0, "", null, service), stop);
    public Task<EngineTask> DownAsync(string idOrName, bool volumes = false, CancellationToken stop = default) => DoAsync(idOrName, new(IntentKind.Down, 0, "", Volumes: volumes), stop);

    public async Task RemoveAsync(string idOrName, CancellationToken stop = default)
    {
        var entry = Find(idOrName);
        using (await entry.Lock.TakeAsync(stop))
        {
            if (entry.TaskId is not null || view.Containers(entry.Record.Name).Any())
            {
                throw EngineException.Conflict($"The stack {entry.Record.Name} has containers; take it down first.");
            }
            await ForgetAsync(entry);
        }
        feed.Changed(entry.Record.Id);
    }

    public ImmutableArray<StackRevision> Revisions(string idOrName) => [.. rows.Revisions(Find(idOrName).Record.Id).Select(revision => revision.Shown)];

    public ImmutableDictionary<string, string> RevisionTexts(string idOrName, int revision) => Revision(Find(idOrName), revision).Texts;

    public ImmutableArray<StackFile> Files(string idOrName)
    {
        var record = Find(idOrName).Record;
        return record.Folder is null ? own.List(record.Id) : [.. record.Files.Select(file => new FileInfo(Path.Combine(record.Folder, file))).Where(file => file.Exists)
            .Select(file => new StackFile(Path.GetRelativePath(record.Folder, file.FullName), file.Length, new DateTimeOffset(file.LastWriteTimeUtc)))];
    }

    public Task<byte[]> ReadFileAsync(string idOrName, string path, CancellationToken stop = default) => Task.Run(() =>
    {
        var record = Find(idOrName).Record;
        // Of a machine's folder only what the stack has said that it reads: who looks at a stack need not read the machine.
        var folder = new StackFolder(record.Folder ?? own.Folder(record.Id), isHosts: false);
        return (record.Folder is null || record.Files.Contains(path) ? folder.Read(path, OwnFiles.MostBytes) : null)
            ?? throw EngineException.NotFound($"There is no file {Text.Short(path)} in the stack.");
    }, stop);

    public async Task WriteFileAsync(string idOrName, string path, Stream content, CancellationToken stop = default)
    {
        var record = Find(idOrName).Record;
        await (record.Folder is null ? own.WriteAsync(record.Id, path, content, stop) : throw FilesAreTheMachines(record));
    }

    public Task RemoveFileAsync(string idOrName, string path, CancellationToken stop = default)
    {
        var record = Find(idOrName).Record;
        return own.RemoveAsync(record.Folder is null ? record.Id : throw FilesAreTheMachines(record), path);
    }

    public IAsyncEnumerable<StackLogLine> LogsAsync(string idOrName, string? service = null, int? tail = null, bool follow = false, CancellationToken stop = default) =>
        logs.ReadAsync(view.Get(idOrName).Name, service, tail, follow, stop);

    public ImmutableArray<string> Secrets() => secrets.Names();
    public Task SetSecretAsync(string name, string content, CancellationToken stop = default) => secrets.SetAsync(name, content, stop);
    public Task RemoveSecretAsync(string name, CancellationToken stop = default) => secrets.RemoveAsync(name, stop);

    private Task<EngineTask> DoAsync(string idOrName, StackIntent intent, CancellationToken stop)
    {
        var stack = view.Get(idOrName);
        if (intent.Service is { } service && stack.Services.All(known => known.Name != service))
        {
            throw EngineException.NotFound($"The stack has no service \"{Text.Short(service)}\".");
        }
        return book.TryFind(idOrName) is { } entry ? worker.DoAsync(entry, intent, stop) : worker.DoForeignAsync(stack, intent);
    }

    /// <exception cref="EngineException">NotFound; Conflict: another tool made it and has its files.</exception>
    private StackEntry Find(string idOrName) => book.TryFind(idOrName) ?? throw (view.TryGet(idOrName) is { } other
        ? EngineException.Conflict($"{other.Name} was made by another tool, which has its files; Brig starts, stops, restarts it and takes it down. To do more, make a stack of that name from its files and take it over.")
        : EngineException.NotFound($"There is no stack \"{Text.Short(idOrName)}\"."));

    /// <exception cref="EngineException">Conflict: another tool made a project of that name, and nobody said that it shall be taken over, or a task works on it.</exception>
    private void TakeOver(string name, bool isAsked)
    {
        if (book.TryFind(name) is not null || view.TryGet(name) is not { } other)
        {
            return;
        }
        int containers = other.Services.Sum(service => service.Containers.Length);
        if (!isAsked)
        {
            throw EngineException.Conflict($"Another tool made a project \"{name}\" here, with {containers} {(containers == 1 ? "container" : "containers")}; choose another name, take it down first, or take it over (takeOver).");
        }
        if (foreign.TaskOf(name) is { } task)
        {
            throw ForeignWork.Busy(name, task);
        }
    }

    private async Task WriteAsync(string id, ImmutableDictionary<string, string> texts, CancellationToken stop)
    {
        foreach (var (path, text) in texts)
        {
            await own.WriteAsync(id, path, new MemoryStream(Encoding.UTF8.GetBytes(text)), stop);
        }
    }

    private async Task ForgetAsync(StackEntry entry)
    {
        await rows.RemoveAsync(entry.Record.Id);
        book.Forget(entry.Record.Id);
        own.RemoveAll(entry.Record.Id);
    }

    private RevisionRecord Revision(StackEntry entry, int number) =>
        rows.Revision(entry.Record.Id, number) ?? throw EngineException.NotFound($"The stack {entry.Record.Name} has no revision {number}.");

    /// <summary>As the files say: what was said over them counts until they are applied anew.</summary>
    private static StackRecord Plain(StackRecord record) => record with { Scales = ImmutableDictionary<string, int>.Empty, Images = ImmutableDictionary<string, string>.Empty };

    private static EngineException FilesAreTheMachines(StackRecord record) => EngineException.Conflict($"The files of {record.Name} lie in {record.Folder}; change them there.");
}
