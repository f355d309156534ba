using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Logs;
using Brig.Engine.Networks;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>RUN: a container like any other, over an image that lives as long as the step; what it leaves in its upper directory is the layer.</summary>
internal sealed class RunStep(IContainers containers, ImageStore images, Importer importer, ILogs logs, LayerMaker maker, EnginePaths paths, EngineOptions options)
{
    /// <summary>On the container of a step: the task's id.</summary>
    public const string Label = "brig.build";

    private int _count;

    /// <summary>Whether a container that names no network gets one.</summary>
    public bool HasDefaultNetwork => options.DefaultNetwork is not null;

    /// <summary>Removes the containers and images of steps that the last engine did not live to remove.</summary>
    public async Task ClearAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(paths.Builds);
        string[] notes = Directory.GetFiles(paths.Builds);
        foreach (string note in notes)
        {
            string name = Path.GetFileName(note);
            if (containers.List().FirstOrDefault(container => container.Name == name && container.Spec.Labels.ContainsKey(Label)) is { } left)
            {
                await containers.RemoveAsync(left.Id.Value, force: true, stop);
            }
            if (images.TryByDigest(await File.ReadAllTextAsync(note, stop)) is { IsDangling: true } image)
            {
                await images.ForgetAsync(image, stop);
            }
            File.Delete(note);
        }
        if (notes.Length > 0)
        {
            await images.CollectAsync(stop);
        }
    }

    /// <param name="command">Program and arguments.</param>
    /// <param name="mounts">What its --mount options bring.</param>
    /// <param name="print">Gets each line of its output, and may wait as long as it likes: it is not waited for before <paramref name="ended"/>.</param>
    /// <param name="ended">Called when the container has ended.</param>
    /// <param name="times">Only its times count.</param>
    /// <param name="request">What it may take counts.</param>
    /// <exception cref="RunFailure">It ended with another code than 0; its sentence has the line.</exception>
    public async Task<TakenLayer> RunAsync(
        Draft before, RunInstruction run, ImmutableArray<string> command, Scope scope, string? script, ImmutableArray<MountSpec> mounts, StepNetwork network, string task, BuildRequest request, Func<string, ValueTask> print, Action ended, TreeTarOptions times, Lease lease,
        CancellationToken stop)
    {
        if (network == StepNetwork.Default && options.DefaultNetwork is null)
        {
            throw Dockerfile.At(run.At, "the build shall have a network, and this Brig has no default one (BRIG_DEFAULT_NETWORK is none); it can be asked to have the host's (network=host)");
        }
        string name = $"build-{task}-{Interlocked.Increment(ref _count)}";
        var config = before.Config with { Labels = before.Config.Labels.SetItem(Label, name), Volumes = [], Healthcheck = null };
        var image = await importer.MakeAsync((before with { Config = config }).ToOci(null), before.Layers, [], null, lease, stop);
        string note = $"{paths.Builds}/{name}";
        try
        {
            await File.WriteAllTextAsync(note, image.Digest, stop);
            return await RunAsync(image, name, before, run, command, scope, script, mounts, network, task, request, print, ended, times, lease, stop);
        }
        finally
        {
            await images.ForgetAsync(image, CancellationToken.None);
            File.Delete(note);
        }
    }

    private async Task<TakenLayer> RunAsync(
        Image image, string name, Draft before, RunInstruction run, ImmutableArray<string> command, Scope scope, string? script, ImmutableArray<MountSpec> mounts, StepNetwork network, string task, BuildRequest request, Func<string, ValueTask> print, Action ended, TreeTarOptions times,
        Lease lease, CancellationToken stop)
    {
        var spec = new ContainerSpec
        {
            Image = image.Digest,
            Name = name,
            Entrypoint = [command[0]],
            Command = command[1..],
            Env = scope.RunEnvironment(),
            Namespaces = new() { Net = network == StepNetwork.Host ? NamespaceSpec.Host : NamespaceSpec.New },
            Networks = network == StepNetwork.Default ? null : ImmutableArray<NetworkAttachment>.Empty,
            Mounts = [.. mounts, .. Own(script, request.SharedMemory)],
            Labels = ImmutableDictionary<string, string>.Empty.Add(Label, task),
            Limits = request.Limits,
            Rlimits = request.Rlimits,
            ExtraHosts = network == StepNetwork.None ? [] : request.ExtraHosts,
        };
        var container = await CreateAsync(spec, run, stop);
        string id = container.Id.Value;
        try
        {
            ExitStatus exit;
            try
            {
                await containers.StartAsync(id, stop);
                var printing = PrintAsync(id, print, stop);
                exit = await containers.WaitAsync(id, stop);
                ended();
                await printing;
            }
            catch (EngineException e) when (e.Kind is EngineErrorKind.Invalid or EngineErrorKind.Failed)
            {
                throw CannotRun(run, e);
            }
            if (exit.Code != 0)
            {
                throw new RunFailure(exit.Code, Dockerfile.At(run.At, string.Create(CultureInfo.InvariantCulture, $"{Text.Short(run.Text)} ended with {(exit.OomKilled ? "an out-of-memory kill" : $"code {exit.Code}")}{(network != StepNetwork.None ? "" : "; it had no network: the build was asked to have none, or Brig has no default one")}")));
            }
            using var below = LayerView.Open(image.Layers);
            return await maker.FromFolderAsync(paths.Container(container.Id) + "/upper", UpperLayer.Options(container, below, times), lease, stop);
        }
        finally
        {
            await containers.RemoveAsync(id, force: true, CancellationToken.None);
        }
    }

    private async Task<Container> CreateAsync(ContainerSpec spec, RunInstruction run, CancellationToken stop)
    {
        try
        {
            return await containers.CreateAsync(spec, stop);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Invalid)
        {
            throw CannotRun(run, e);
        }
    }

    private static EngineException CannotRun(RunInstruction run, EngineException e) => Dockerfile.At(run.At, $"{Text.Short(run.Text)} cannot be run: {e.Message.TrimEnd('.')}");

    private static IEnumerable<MountSpec> Own(string? script, long? sharedMemory)
    {
        if (script is not null)
        {
            yield return new(MountKind.Bind, script, ScriptPlace, ReadOnly: true);
        }
        if (sharedMemory is { } bytes)
        {
            yield return new(MountKind.Tmpfs, null, "/dev/shm", false, bytes) { Mode = "1777" };
        }
    }

    /// <summary>In a file system of memory, so nothing of it stays in the layer.</summary>
    public const string ScriptPlace = "/dev/brig-run";

    private async Task PrintAsync(string id, Func<string, ValueTask> print, CancellationToken stop)
    {
        try
        {
            await foreach (var batch in logs.ReadAsync(id, new() { Follow = true }, stop))
            {
                foreach (var line in batch.Lines)
                {
                    await print(line.Text);
                }
            }
        }
        catch (Exception e) when (e is EngineException or ChannelClosedException)
        {
            await print(e.Message);
        }
    }
}

/// <summary>A RUN ended with another code than 0.</summary>
/// <param name="told">What the build fails with.</param>
internal sealed class RunFailure(int code, EngineException told) : Exception(told.Message, told)
{
    public int Code { get; } = code;
    public EngineException Told { get; } = told;
}
