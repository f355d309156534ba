using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Api.Tests.Hubs;

/// <summary>One container, "one", whose only shell is /bin/bash; its terminals show what is typed, to all who watch.</summary>
internal sealed class HandContainers : IContainers
{
    private readonly ConcurrentDictionary<string, HandExec> _execs = new();

    public Container One { get; } = new(
        ContainerId.New(), "one", new ContainerSpec { Image = "test" }, new ContainerState(ContainerStatus.Running), DateTimeOffset.UnixEpoch, "sha256:0", "true", 1);

    public HandExec Streams { get; } = new();
    public HandExec this[string exec] => _execs[exec];

    public Container Get(string idOrName) => idOrName == One.Name || idOrName == One.Id.Value ? One : throw EngineException.NotFound($"There is no container \"{idOrName}\".");
    public ImmutableArray<Container> List() => [One];

    public Task<Exec> ExecAsync(string idOrName, ExecSpec spec, CancellationToken stop)
    {
        Get(idOrName);
        if (spec.Command[0] == "/bin/sh")
            throw EngineException.Failed("execve \"/bin/sh\": ENOENT (no such file or directory)");
        string id = $"exec{_execs.Count}";
        _execs[id] = new HandExec { Spec = spec };
        return Task.FromResult(GetExec(id));
    }

    public Exec GetExec(string execId) => new(execId, One.Id, _execs[execId].Spec, 1, DateTimeOffset.UnixEpoch, _execs[execId].Exit);
    public ImmutableArray<Exec> ListExecs(string idOrName) => [.. _execs.Keys.Order().Select(GetExec)];
    public Task<IAttachment> AttachExecAsync(string execId, CancellationToken stop)
        => _execs.TryGetValue(execId, out var exec) ? Task.FromResult(exec.Attach()) : throw EngineException.NotFound($"There is no exec \"{execId}\".");
    public Exec PrepareExec(string idOrName, ExecSpec spec) => throw new NotSupportedException();
    public Task<Exec> StartExecAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<(Exec Exec, IAttachment Streams)> StartExecAttachedAsync(string execId, int rows = 0, int columns = 0, CancellationToken stop = default) => throw new NotSupportedException();
    public Task ResizeAsync(string idOrName, int rows, int columns, CancellationToken stop = default) => throw new NotSupportedException();
    public Task ResizeExecAsync(string execId, int rows, int columns, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<IAttachment> AttachWholeAsync(string idOrName, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<ExitStatus> WaitAsync(string idOrName, WaitFor what, CancellationToken stop = default) => throw new NotSupportedException();
    public Task<IAttachment> AttachAsync(string idOrName, CancellationToken stop) => Task.FromResult(Streams.Attach());

    public Task KillExecAsync(string execId, string signal, CancellationToken stop)
    {
        _execs[execId].End(137);
        return Task.CompletedTask;
    }

    /// <summary>What comes later; the test writes fewer.</summary>
    public Channel<ContainerChange> Changes { get; } = Channel.CreateBounded<ContainerChange>(8);

    public Live<Container, ContainerChange> Follow() => new([One], Changes.Reader, Support.Nothing.Instance);
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
    public Task<Container> UpdateAsync(string idOrName, Func<ContainerSettings, ContainerSettings> change, CancellationToken stop) => throw new NotSupportedException();
    public Task<ExitStatus> WaitAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task RemoveWithVolumesAsync(string idOrName, bool force, CancellationToken stop) => throw new NotSupportedException();
    public Task RemoveAsync(string idOrName, bool force, CancellationToken stop) => throw new NotSupportedException();
    public Task<PruneReport> PruneAsync(CancellationToken stop) => throw new NotSupportedException();
    public Task<ImmutableArray<ProcessRow>> TopAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<ImmutableArray<NamespaceRow>> NamespacesAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<BirthRecord> BirthAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<JsonObject> InspectAsync(string idOrName, CancellationToken stop) => throw new NotSupportedException();
    public Task<ExitStatus> WaitExecAsync(string execId, CancellationToken stop) => throw new NotSupportedException();
}

/// <summary>A program that shows what it reads.</summary>
internal sealed class HandExec
{
    private readonly Lock _gate = new();
    private readonly List<Attachment> _attachments = [];
    private readonly StringBuilder _shown = new();

    public ExecSpec Spec { get; init; } = new() { Command = ["/bin/true"] };
    public ExitStatus? Exit { get; private set; }
    public (int Rows, int Columns) Size { get; private set; }

    public IAttachment Attach()
    {
        var made = new Attachment(this);
        lock (_gate)
        {
            if (_shown.Length > 0)
                made.Shown.Writer.TryWrite(Encoding.UTF8.GetBytes(_shown.ToString()));
            if (Exit is null)
                _attachments.Add(made);
            else
                made.Shown.Writer.TryComplete();
        }
        return made;
    }

    public void Show(string text)
    {
        lock (_gate)
        {
            _shown.Append(text);
            foreach (var attachment in _attachments)
                attachment.Shown.Writer.TryWrite(Encoding.UTF8.GetBytes(text));
        }
    }

    public void End(int code)
    {
        lock (_gate)
        {
            Exit = new ExitStatus(code, 0, false);
            foreach (var attachment in _attachments)
                attachment.Shown.Writer.TryComplete();
        }
    }

    private sealed class Attachment(HandExec exec) : IAttachment
    {
        // More than a test shows.
        public Channel<byte[]> Shown { get; } = Channel.CreateBounded<byte[]>(1000);

        public async IAsyncEnumerable<OutputChunk> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            await foreach (byte[] bytes in Shown.Reader.ReadAllAsync(stop))
                yield return new(OutputStream.Stdout, bytes, 0);
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken stop)
        {
            exec.Show(Encoding.UTF8.GetString(input.Span));
            return ValueTask.CompletedTask;
        }

        public ValueTask ResizeAsync(int rows, int columns, CancellationToken stop)
        {
            exec.Size = (rows, columns);
            return ValueTask.CompletedTask;
        }

        public ValueTask CloseInputAsync(CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync()
        {
            Shown.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
