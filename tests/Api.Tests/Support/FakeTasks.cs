using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;

namespace Brig.Api.Tests.Support;

/// <summary>Knows one task that runs, <c>one</c>, with one layer and two lines.</summary>
internal sealed class FakeTasks : ITasks
{
    public static readonly EngineTask One = new(
        "one", "pull", "debian:12", EngineTaskState.Running, FakeContainers.Then, null, [new("abc", "abc", TaskStepState.Running, "downloading", 5, 10)], null, null, 3);

    public string? Cancelled { get; private set; }

    public EngineTask Begun { get; set; } = One;

    /// <summary>What <see cref="One"/> goes through, told to who follows; the last is kept.</summary>
    public ImmutableArray<EngineTask> Script { get; set; } = [];

    public ImmutableArray<EngineTask> List() => [One];
    public EngineTask Get(string id) => id == One.Id ? One : throw EngineException.NotFound($"There is no task \"{id}\".");
    public Live<EngineTask, EngineTaskChange> Follow()
    {
        var changes = Channel.CreateBounded<EngineTaskChange>(Math.Max(1, Script.Length));
        foreach (var state in Script)
        {
            changes.Writer.TryWrite(new(state.Id, state));
        }
        return new([Begun], changes.Reader, Nothing.Instance);
    }

    public void Cancel(string id) => Cancelled = Get(id).Id;
    public Task<EngineTask> WaitAsync(string id, CancellationToken stop = default) => Task.FromResult(Get(id) with { State = EngineTaskState.Succeeded });
    public Task ForgetAsync(string id, CancellationToken stop = default) => throw EngineException.Conflict($"The task {Get(id).Id} runs; cancel it first.");

    public async IAsyncEnumerable<TaskLine> OutputAsync(string id, long from = 0, bool follow = false, [EnumeratorCancellation] CancellationToken stop = default)
    {
        await Task.CompletedTask;
        for (long i = from; i < 2; i++)
        {
            yield return new(i, FakeContainers.Then, $"line {i}");
        }
    }
}

/// <summary>Takes settings and begins <see cref="FakeTasks.One"/>.</summary>
internal sealed class FakeRegistries : IRegistries
{
    public RegistryChange? Change { get; private set; }
    public RegistryLogin? Login { get; private set; }
    public string? Pulled { get; private set; }
    public string? Pushed { get; private set; }
    public EngineException? Refusal { get; set; }

    public ImmutableArray<RegistrySettings> List() => [new("docker.io", null, ["mirror.example"], "sailor")];
    public Task<bool> CheckAsync(string host, RegistryChange settings, CancellationToken stop = default) =>
        settings.Password is "refused" ? throw EngineException.Conflict($"The registry {host} refuses the login of {settings.Username}.") : Task.FromResult(true);
    public Task<bool> CheckAsync(string host, RegistryLogin? login = null, CancellationToken stop = default)
    {
        Login = login;
        return Refusal is null ? Task.FromResult(true) : throw Refusal;
    }

    public Task RemoveAsync(string host, CancellationToken stop = default) => Task.CompletedTask;
    public Task<ImmutableArray<string>> TagsAsync(string repository, string? contains = null, RegistryLogin? login = null, CancellationToken stop = default) => Task.FromResult<ImmutableArray<string>>([repository, contains ?? ""]);
    public Task<PublishedImage> FindAsync(string reference, RegistryLogin? login = null, CancellationToken stop = default)
    {
        Login = login;
        return Task.FromResult(new PublishedImage("application/vnd.oci.image.index.v1+json", "sha256:" + new string('e', 64), 500, ["linux/amd64", "linux/arm64/v8"]));
    }

    public Task<ImmutableArray<string>> RepositoriesAsync(string host, string? contains = null, CancellationToken stop = default) => Task.FromResult<ImmutableArray<string>>([host]);
    public Task<EngineTask> PullAsync(string reference, string? platform = null, RegistryLogin? login = null, CancellationToken stop = default)
    {
        (Pulled, Login) = ($"{reference} {platform}".TrimEnd(), login);
        return Task.FromResult(FakeTasks.One with { Subject = reference });
    }

    public Task<EngineTask> PushAsync(string tag, RegistryLogin? login = null, CancellationToken stop = default)
    {
        (Pushed, Login) = (tag, login);
        return Task.FromResult(FakeTasks.One with { Kind = "push", Subject = tag });
    }


    public Task<RegistrySettings> SetAsync(string host, RegistryChange change, CancellationToken stop = default)
    {
        Change = change;
        return Task.FromResult(new RegistrySettings(host, change.Insecure, change.Mirrors.IsDefault ? [] : change.Mirrors, change.Username));
    }
}
