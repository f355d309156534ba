using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Images;
using Brig.Engine.Tasks;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>One stage, instruction by instruction. What was made before from the same is taken from the cache.</summary>
internal sealed class StageRun(BuildSite site, Stage stage, StageTools tools, Func<string, int, Task<Draft>> find)
{
    private Draft _draft = Draft.Scratch;
    private Scope _scope = site.Scope;
    private int _step, _steps, _triggers;
    private bool _commandIsOurs;

    /// <param name="start">What FROM names; a stage's arguments go on into those that begin with it.</param>
    public async Task<BuiltStage> RunAsync(BuiltStage start)
    {
        // No instruction need name the epoch, and all layers' times are its.
        _draft = start.Draft with { Key = site.Epoch is { } epoch ? CacheKey.Of(start.Draft.Key, "epoch", epoch.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)) : start.Draft.Key };
        _scope = start.Scope;
        var triggers = _draft.Config.OnBuild.SelectMany(text => Triggered(text)).ToArray();
        _draft = _draft with { Config = _draft.Config with { OnBuild = [] } };
        Instruction[] all = [.. triggers, .. stage.Instructions];
        (_steps, _triggers) = (all.Length, triggers.Length);
        foreach (var instruction in all)
        {
            Tell(Id(_step), instruction, TaskStepState.Waiting, "");
            _step++;
        }
        _step = 0;
        foreach (var instruction in all)
        {
            site.Stop.ThrowIfCancellationRequested();
            Tell(Id(_step), instruction, TaskStepState.Running, "running");
            try
            {
                await site.TellAsync(stage, new BuildEvent.Step(_step < _triggers ? 0 : site.Numbers.First(stage) + 1 + _step - _triggers, site.Numbers.Total, instruction.Text));
                bool cached = await StepAsync(instruction);
                if (cached)
                {
                    await site.TellAsync(stage, new BuildEvent.Cached());
                }
                Tell(Id(_step), instruction, TaskStepState.Done, cached ? "cached" : "done");
            }
            catch
            {
                Tell(Id(_step), instruction, TaskStepState.Failed, "failed");
                throw;
            }
            _step++;
        }
        return new(_draft, _scope);
    }

    private async Task<bool> StepAsync(Instruction instruction)
    {
        switch (instruction)
        {
            case ArgInstruction arg:
                _scope = _scope.Declare(arg, site.File.Escape);
                _draft = _draft.Configured(_draft.Config, arg.Text);
                return IsKnown();
            case EnvInstruction env:
                _scope = _scope.Set(env, site.File.Escape);
                _draft = _draft.Configured(_draft.Config with { Env = _scope.Environment }, $"ENV {string.Join(' ', _scope.Environment)}");
                return IsKnown();
            case RunInstruction run:
                return await RunAsync(run);
            case CopyInstruction copy:
                return await CopyAsync(copy);
            case WorkDirInstruction dir:
                return await WorkDirAsync(dir);
            default:
                _draft = ConfigSteps.Apply(_draft, instruction, _scope.Stage(site.File.Escape, instruction.At), ref _commandIsOurs);
                return IsKnown();
        }
    }

    private async Task<bool> RunAsync(RunInstruction run)
    {
        if (run.Network == "host" && !site.Request.HostNetwork)
        {
            throw Dockerfile.At(run.At, "RUN --network=host asks for the host's network, which this build was not asked to have (network=host)");
        }
        var network = run.Network == "none" ? StepNetwork.None : site.Request.HostNetwork ? StepNetwork.Host : site.Request.Network ?? tools.Run.HasDefaultNetwork ? StepNetwork.Default : StepNetwork.None;
        ImmutableArray<string> shell = _draft.Config.Shell.IsEmpty ? ["/bin/sh", "-c"] : _draft.Config.Shell;
        bool isScript = run.Script is { } heredoc && heredoc.Content.StartsWith("#!", StringComparison.Ordinal);
        ImmutableArray<string> command = isScript ? [RunStep.ScriptPlace] : run.Command.Shell is { } text ? [.. shell, run.Script?.Content ?? text] : run.Command.Exec;
        var expansion = _scope.Stage(site.File.Escape, run.At);
        ImmutableArray<RunMount> mounts = [.. run.Mounts.Select(text => RunMount.Parse(text, expansion.Word, _draft.Config.WorkingDir, run.At))];
        string mounted = await StepMounts.KeyAsync(mounts, site, FindAsync);
        string key = CacheKey.Of([_draft.Key, "RUN", mounted, network == StepNetwork.None ? "" : "net", isScript ? run.Script!.Content : "", .. command, "", .. _scope.RunEnvironment().Except(Proxies())]);
        return await LayerAsync(run, key, async () =>
        {
            string? script = null;
            if (isScript)
            {
                script = site.Folder.NewFile();
                await File.WriteAllTextAsync(script, run.Script!.Content, site.Stop);
                File.SetUnixFileMode(script, (UnixFileMode)0x1ED);
            }
            // Before its turn among the RUNs: what waits for a locked cache holds up nobody else.
            using var opened = await StepMounts.OpenAsync(mounts, run.At, site, tools.Layers, tools.Caches, FindAsync);
            await site.Runs.WaitAsync(site.Stop);
            bool hasPlace = true;
            try
            {
                return await tools.Run.RunAsync(_draft, run, command, _scope, script, opened.Specs, network, site.Task.Id, site.Request, PrintAsync, Leave, site.Times, site.Lease, site.Stop);
            }
            catch (RunFailure failure)
            {
                await site.TellAsync(stage, new BuildEvent.Exited(command, failure.Code));
                throw failure.Told;
            }
            finally
            {
                Leave();
            }

            // With the container's end: its lines may wait for another stage's, and for a reader that reads no more.
            void Leave()
            {
                if (hasPlace)
                {
                    hasPlace = false;
                    site.Runs.Release();
                }
            }
        });

        ValueTask PrintAsync(string line)
        {
            site.Task.Line($"[{stage.Label} {_step + 1}/{_steps}] {line}");
            return site.TellAsync(stage, new BuildEvent.Printed(line));
        }

        Task<Draft> FindAsync(string source) => find(source, run.At);
    }

    private async Task<bool> CopyAsync(CopyInstruction copy)
    {
        var expansion = _scope.Stage(site.File.Escape, copy.At);
        ImmutableArray<string> from = copy.From is null ? [site.Folder.Context] : (await find(copy.From, copy.At)).Folders(tools.Layers);
        var plan = await CopyPlanner.PlanAsync(copy, expansion, _draft.Config.WorkingDir, site, site.Stop);
        using var source = LayerView.Open(from);
        using var target = LayerView.Open(_draft.Folders(tools.Layers));
        string content = await OwnThread.RunAsync(() => Digest(plan, source, target));
        return await LayerAsync(copy, CacheKey.Of(_draft.Key, "COPY", content), () => tools.Maker.FromAsync(
            "A file to copy cannot be read", to => CopyWriter.Write(plan, source, target, to, BuildSite.Nanoseconds(site.Now(tools.Time)), site.Times, site.Stop), site.Lease, site.Stop));
    }

    /// <summary>Of the layer as it would be if all times were the same: two checkouts of a file are the same file.</summary>
    private string Digest(CopyPlan plan, LayerView source, LayerView target)
    {
        try
        {
            using var hashed = new HashingWriter();
            CopyWriter.Write(plan, source, target, hashed, 0, new() { Time = 0 }, site.Stop);
            return hashed.Digest();
        }
        catch (LinuxException e)
        {
            throw Dockerfile.At(plan.At, $"a file to copy cannot be read: {e.Message}");
        }
    }

    private async Task<bool> WorkDirAsync(WorkDirInstruction dir)
    {
        string path = InnerPath.Of(_scope.Stage(site.File.Escape, dir.At).Word(dir.Path), _draft.Config.WorkingDir, dir.At);
        _draft = _draft with { Config = _draft.Config with { WorkingDir = path } };
        using var target = LayerView.Open(_draft.Folders(tools.Layers));
        if (target.Find(path) is { IsDirectory: true })
        {
            _draft = _draft.Configured(_draft.Config, "WORKDIR " + path);
            return IsKnown();
        }
        return await LayerAsync(dir, CacheKey.Of(_draft.Key, "WORKDIR", path), () => tools.Maker.FromAsync(
            "The folder cannot be made", to => CopyWriter.WriteDirectory(path, _draft.Config.User is { Length: > 0 } user ? user : null, dir.At, target, to, BuildSite.Nanoseconds(site.Now(tools.Time)), site.Times), site.Lease, site.Stop));
    }

    private bool IsKnown() => tools.Cache.KnowsSetting(_draft.Key) && !site.Request.NoCache;

    /// <returns>It was known.</returns>
    private async Task<bool> LayerAsync(Instruction instruction, string key, Func<Task<TakenLayer>> make)
    {
        if (!site.Request.NoCache && await tools.Cache.FindAsync(key, site.Lease, site.Stop) is { } known)
        {
            _draft = _draft.With(known.Blob, known.Layer, instruction.Text, key, known.MadeAt);
            return true;
        }
        var layer = await make();
        var made = new CachedLayer(layer.Descriptor, layer.Layer, site.Now(tools.Time));
        await tools.Cache.AddAsync(key, made, site.Stop);
        _draft = _draft.With(made.Blob, made.Layer, instruction.Text, key, made.MadeAt);
        return false;
    }

    private IEnumerable<Instruction> Triggered(string text) =>
        Dockerfile.Parse("FROM scratch\n" + text).Stages[0].Instructions.Select(instruction => instruction with { At = stage.From.At });

    private IEnumerable<string> Proxies() => Scope.Proxies.Where(site.Request.Arguments.ContainsKey).Select(name => $"{name}={site.Request.Arguments[name]}");

    private string Id(int step) => string.Create(CultureInfo.InvariantCulture, $"{stage.Index}.{step + 1}");

    private void Tell(string id, Instruction instruction, TaskStepState state, string phase) =>
        site.Task.Step(new(id, $"{(site.File.Stages.Length > 1 ? stage.Label + ": " : "")}{instruction.Text}", state, phase));
}

/// <summary>The services a stage works with.</summary>
internal sealed record StageTools(RunStep Run, LayerMaker Maker, LayerStore Layers, BuildCache Cache, CacheFolders Caches, TimeProvider Time);
