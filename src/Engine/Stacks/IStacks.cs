using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brig.Engine.Tasks;

namespace Brig.Engine.Stacks;

/// <summary>
/// Stacks: several services from Compose files. A stack is named by its id or its name. What takes time is a task. All throw <see cref="EngineException"/>: NotFound for a name nobody has,
/// Invalid for files that are wrong, with <see cref="EngineException.Place"/>, Conflict while another task works on the stack.
/// </summary>
public interface IStacks
{
    /// <summary>By name; also projects of other tools that made containers here.</summary>
    ImmutableArray<Stack> List();

    Stack Get(string idOrName);

    /// <summary>All, and every change, those of their containers too. A reader 1,024 behind is ended and follows anew.</summary>
    Live<Stack, StackChange> Follow();

    /// <summary>Stacks to begin with. Each time with passwords nobody else has.</summary>
    ImmutableArray<StackTemplate> Templates { get; }

    /// <summary>JSON Schema of a Compose file, as the reader takes it.</summary>
    JsonObject Schema();

    /// <summary>Reads and tells all that is wrong; keeps nothing.</summary>
    /// <param name="idOrName">Null: of a stack that is not there yet.</param>
    StackCheck Check(string? idOrName, StackDraft draft);

    /// <summary>Keeps the files; starts nothing. Conflict: the name is taken, also by a project of another tool's unless that is to be taken over.</summary>
    Task<Stack> CreateAsync(StackRequest request, CancellationToken stop = default);

    /// <summary>Keeps changed files and choices; what runs stays as it is.</summary>
    Task<Stack> SaveAsync(string idOrName, StackDraft draft, CancellationToken stop = default);

    /// <summary>What applying would do.</summary>
    Task<StackPlan> PlanAsync(string idOrName, StackDraft? draft = null, ApplyOptions? options = null, CancellationToken stop = default);

    /// <summary>Does it, as a new revision.</summary>
    Task<EngineTask> ApplyAsync(string idOrName, ApplyOptions? options = null, CancellationToken stop = default);

    /// <summary>Replaces the containers of one service by its update_config, watched by its health check; rolled back if that is asked for.</summary>
    /// <param name="image">Another image, for as long as no revision says otherwise; null: the same one, fetched again.</param>
    Task<EngineTask> UpdateAsync(string idOrName, string service, string? image = null, CancellationToken stop = default);

    Task<EngineTask> ScaleAsync(string idOrName, string service, int containers, CancellationToken stop = default);

    /// <summary>Applies the files of an earlier revision, as a new one.</summary>
    Task<EngineTask> RollbackAsync(string idOrName, int revision, CancellationToken stop = default);

    /// <param name="service">Null: all, in their order.</param>
    Task<EngineTask> StartAsync(string idOrName, string? service = null, CancellationToken stop = default);
    Task<EngineTask> StopAsync(string idOrName, string? service = null, CancellationToken stop = default);
    Task<EngineTask> RestartAsync(string idOrName, string? service = null, CancellationToken stop = default);

    /// <summary>Stops and removes its containers and networks.</summary>
    /// <param name="volumes">And its volumes with all their files.</param>
    Task<EngineTask> DownAsync(string idOrName, bool volumes = false, CancellationToken stop = default);

    /// <summary>Forgets it with its files and revisions. Conflict while it has containers.</summary>
    Task RemoveAsync(string idOrName, CancellationToken stop = default);

    /// <summary>The newest first.</summary>
    ImmutableArray<StackRevision> Revisions(string idOrName);

    /// <summary>Texts of a revision's files by their paths.</summary>
    ImmutableDictionary<string, string> RevisionTexts(string idOrName, int revision);

    ImmutableArray<StackFile> Files(string idOrName);
    Task<byte[]> ReadFileAsync(string idOrName, string path, CancellationToken stop = default);

    /// <summary>Conflict: its files lie in a folder of the machine. Invalid: the path leaves the folder.</summary>
    Task WriteFileAsync(string idOrName, string path, Stream content, CancellationToken stop = default);
    Task RemoveFileAsync(string idOrName, string path, CancellationToken stop = default);

    /// <summary>Of all its containers, merged by time.</summary>
    IAsyncEnumerable<StackLogLine> LogsAsync(string idOrName, string? service = null, int? tail = null, bool follow = false, CancellationToken stop = default);

    /// <summary>Names of the secrets that Brig keeps for stacks that call them external.</summary>
    ImmutableArray<string> Secrets();
    Task SetSecretAsync(string name, string content, CancellationToken stop = default);
    Task RemoveSecretAsync(string name, CancellationToken stop = default);
}
