using Brig.Engine.Events;
using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs;

namespace Brig.Web.Api.Docker;

internal static class AttachRoutes
{
    public static async Task<IResult> AttachAsync(HttpContext http, string id, IContainers all, ILogs logs, Stopping stopping)
    {
        var container = Attachable(all, id);
        var wishes = Wishes(http, container);
        await using var program = http.Request.Flag("stream") ? await all.AttachWholeAsync(container.Id.Value, http.RequestAborted) : null;
        var (pipe, gone) = await Hijack.TakeAsync(http, Hijack.TypeOf(http, container.Spec.Tty));
        using var stop = stopping.Or(gone);
        try
        {
            if (http.Request.Flag("logs"))
            {
                var before = new LogQuery { Stdout = wishes.Stdout, Stderr = wishes.Stderr };
                await logs.CopyAsync(container.Id.Value, before, DockerLogRoutes.Style(http, container, follow: false), pipe.Output.AsStream(leaveOpen: true), stop.Token);
            }
            if (program is not null)
            {
                await RawStreams.RunAsync(pipe, program, wishes, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client left, or we end.
        }
        return Results.Empty;
    }

    public static async Task<IResult> ResizeAsync(HttpContext http, string id, IContainers all, IEvents events, CancellationToken stop)
    {
        var (rows, columns) = Size(http);
        var container = all.Named(id);
        if (container.State.Status is not (ContainerStatus.Running or ContainerStatus.Paused))
        {
            throw DockerContainers.NotRunning(container);
        }
        await all.ResizeAsync(container.Id.Value, rows, columns, stop);
        events.Tell(container, "resize", ("height", rows.ToString(CultureInfo.InvariantCulture)), ("width", columns.ToString(CultureInfo.InvariantCulture)));
        return Results.Ok();
    }

    /// <exception cref="EngineException">Invalid.</exception>
    public static (int Rows, int Columns) Size(HttpContext http)
    {
        return (Side("h"), Side("w"));

        int Side(string name) => http.Request.Word(name) is not { } text ? throw EngineException.Invalid($"invalid resize {(name == "h" ? "height" : "width")} \"\": invalid syntax")
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) ? Math.Clamp(side, 1, 4096)
            : throw EngineException.Invalid($"invalid resize {(name == "h" ? "height" : "width")} \"{text}\": invalid syntax");
    }

    /// <exception cref="EngineException">NotFound, or Conflict in Docker's words.</exception>
    public static Container Attachable(IContainers all, string id)
    {
        var container = all.Named(id);
        return container.State.Status switch
        {
            ContainerStatus.Paused => throw EngineException.Conflict($"container {id} is paused, unpause the container before attach"),
            ContainerStatus.Restarting => throw EngineException.Conflict($"container {id} is restarting, wait until the container is running"),
            _ => container,
        };
    }

    /// <param name="all">Whatever the parameters say.</param>
    public static RawStreamWishes Wishes(HttpContext http, Container container, bool all = false)
    {
        var keys = DetachKeys.Parse(http.Request.Word("detachKeys"));
        var spec = container.Spec;
        var input = (all || http.Request.Flag("stdin")) && spec.OpenStdin ? new RawInput(spec.Tty ? keys : null, spec is { Tty: false, Docker.StdinOnce: true }) : null;
        return new(all || http.Request.Flag("stdout"), all || http.Request.Flag("stderr"), Framed: !spec.Tty, input);
    }
}
