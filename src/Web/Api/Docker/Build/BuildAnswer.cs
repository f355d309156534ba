using System.Text;
using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Images;
using Brig.Engine.Tasks;

namespace Brig.Web.Api.Docker;

/// <summary>What the classic builder says: <c>Step 1/3 : FROM busybox</c> … <c>Successfully built 0123456789ab</c>.</summary>
/// <param name="isQuiet">The image's id and nothing else; of a build that fails, all.</param>
internal sealed class BuildAnswer(ProgressAnswer answer, BuildProgress progress, IImages images, ITasks tasks, bool isQuiet)
{
    private const int MostHeld = 1 << 20;

    private readonly StringBuilder _held = new();
    private BuildEvent.Exited? _exited;

    public async Task TellAsync(string task, string[] tags, CancellationToken gone)
    {
        var ended = await ReadAsync(task, gone);
        if (ended.State != EngineTaskState.Succeeded)
        {
            await FailAsync(ended);
            return;
        }
        string id = DockerImage.IdOf(images.Get(ended.Result!));
        if (isQuiet)
        {
            await answer.TellAsync(new() { Stream = id + "\n" });
            return;
        }
        await answer.TellAsync(new() { Stream = $" ---> {Short(id)}\n" });
        await answer.TellAsync(new() { Aux = new() { Id = id } });
        if (!progress.Unasked.IsEmpty)
        {
            await answer.TellAsync(new() { Stream = $"[Warning] One or more build-args [{string.Join(' ', progress.Unasked)}] were not consumed\n" });
        }
        await answer.TellAsync(new() { Stream = $"Successfully built {Short(id)}\n" });
        foreach (string tag in tags)
        {
            await answer.TellAsync(new() { Stream = $"Successfully tagged {ImageName.ParseTag(tag)}\n" });
        }
    }

    /// <summary>The build waits for its reader, so it is cancelled when nobody reads.</summary>
    private async Task<EngineTask> ReadAsync(string task, CancellationToken gone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var watching = TaskWatch.RunAsync(tasks, task, _ => ValueTask.CompletedTask, stop.Token);
        try
        {
            await TellAsync(stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAny(watching);
            throw;
        }
        return await watching;
    }

    private async Task TellAsync(CancellationToken gone)
    {
        await foreach (var told in progress.ReadAsync(gone))
        {
            if (told is BuildEvent.Exited exited)
            {
                _exited = exited;
            }
            else if (Words(told) is { } words)
            {
                await SayAsync(words);
            }
        }
    }

    private async ValueTask SayAsync(string words)
    {
        if (!isQuiet)
        {
            await answer.TellAsync(new() { Stream = words });
        }
        else if (_held.Length < MostHeld)
        {
            _held.Append(words);
        }
    }

    private async Task FailAsync(EngineTask ended)
    {
        if (_held.Length > 0)
        {
            await answer.TellAsync(new() { Stream = _held.ToString() });
        }
        // A failure before the first step is one too: the classic builder has begun to answer by then.
        await answer.TellAsync(_exited is { } exited
            ? ProgressMessage.Failure($"The command '{string.Join(' ', exited.Command)}' returned a non-zero code: {exited.Code}", exited.Code)
            : ProgressMessage.Failure(ended.Error ?? "The build was cancelled."));
    }

    private static string? Words(BuildEvent told) => told switch
    {
        BuildEvent.Step { Number: 0 } trigger => $"# Executing build trigger : {trigger.Text}\n",
        BuildEvent.Step step => $"Step {step.Number}/{step.Total} : {step.Text}\n",
        BuildEvent.Based { ConfigDigest: { Length: > 0 } id } => $" ---> {Short(id)}\n",
        BuildEvent.Cached => " ---> Using cache\n",
        BuildEvent.Printed line => line.Line + "\n",
        _ => null,
    };

    private static string Short(string id) => id[DockerImage.IdPrefix.Length..][..12];
}
