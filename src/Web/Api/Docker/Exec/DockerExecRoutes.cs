using System.Diagnostics.CodeAnalysis;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>The chapter Exec of Docker's reference: made, started, and asked how it ended, each by a request of its own.</summary>
internal static class DockerExecRoutes
{
    private const int LargestSide = 4096;

    public static void MapExecs(this IEndpointRouteBuilder docker)
    {
        docker.MapPost("/containers/{id}/exec", CreateAsync);
        docker.MapPost("/exec/{exec}/start", StartAsync);
        docker.MapPost("/exec/{exec}/resize", ResizeAsync);
        docker.MapGet("/exec/{exec}/json", (string exec, IContainers all) => DockerJson.Answer(Answer(Find(all, exec))));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, string id, IContainers all)
    {
        var asked = await DockerBody.ReadAsync<DockerExecConfig>(http);
        if (asked.Cmd is not [_, ..])
        {
            throw EngineException.Invalid("No exec command specified");
        }
        _ = DetachKeys.Parse(asked.DetachKeys);
        var (rows, columns) = Size(http, asked.ConsoleSize);
        var container = all.Named(id).MustRun();
        var spec = new ExecSpec
        {
            Command = [.. asked.Cmd],
            Env = asked.Tty == true && !SaysTerm(asked.Env) && !SaysTerm(container.Spec.Env) ? ["TERM=xterm", .. asked.Env ?? []] : [.. asked.Env ?? []],
            User = Some(asked.User),
            WorkingDir = Some(asked.WorkingDir),
            Tty = asked.Tty == true,
            OpenStdin = asked.AttachStdin == true,
            AttachStdout = asked.AttachStdout == true,
            AttachStderr = asked.AttachStderr == true,
            Privileged = asked.Privileged == true,
            DetachKeys = Some(asked.DetachKeys),
        };
        spec = rows > 0 ? spec with { Rows = rows, Columns = columns } : spec;
        return DockerJson.Answer(new DockerId(all.PrepareExec(container.Id.Value, spec).Id), StatusCodes.Status201Created);
    }

    private static async Task<IResult> StartAsync(HttpContext http, string exec, IContainers all, Stopping stopping)
    {
        var asked = await DockerBody.ReadAsync<DockerExecStart>(http);
        var prepared = Startable(all, exec);
        var (rows, columns) = Size(http, asked.ConsoleSize);
        if (asked.Detach == true)
        {
            await TranslatedAsync(prepared.Spec, () => all.StartExecAsync(prepared.Id, rows, columns, http.RequestAborted));
            return Results.Ok();
        }
        var spec = prepared.Spec;
        var (pipe, gone) = await Hijack.TakeAsync(http, Hijack.TypeOf(http, spec.Tty));
        using var stop = stopping.Or(gone);
        try
        {
            var (started, streams) = await TranslatedAsync(spec, () => all.StartExecAttachedAsync(prepared.Id, rows, columns, CancellationToken.None));
            await using var program = streams;
            if (await RawStreams.RunAsync(pipe, program, Wishes(spec), stop.Token))
            {
                await all.WaitExecAsync(started.Id, stop.Token);   // whoever sees the end of its output asks at once how it ended
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client left, or we end.
        }
        catch (EngineException e)
        {
            await RawStreams.TellAsync(pipe, e.Message, framed: !spec.Tty, gone);
        }
        return Results.Empty;
    }

    private static async Task<IResult> ResizeAsync(HttpContext http, string exec, IContainers all, CancellationToken stop)
    {
        var (rows, columns) = AttachRoutes.Size(http);
        await all.ResizeExecAsync(Find(all, exec).Id, rows, columns, stop);
        return Results.Ok();
    }

    private static RawStreamWishes Wishes(ExecSpec spec) => new(
        spec.AttachStdout, spec.AttachStderr, Framed: !spec.Tty,
        spec.OpenStdin ? new RawInput(spec.Tty ? DetachKeys.Parse(spec.DetachKeys) : null, ClosesProgram: !spec.Tty) : null);

    private static Exec Find(IContainers all, string id)
    {
        try
        {
            return all.GetExec(id);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            throw EngineException.NotFound($"No such exec instance: {id}");
        }
    }

    /// <exception cref="EngineException">NotFound, or Conflict in Docker's words.</exception>
    private static Exec Startable(IContainers all, string id)
    {
        var exec = Find(all, id);
        if (exec.Exit is not null)
        {
            throw EngineException.Conflict($"Error: Exec command {exec.Id} has already run");
        }
        if (exec.Pid != 0)
        {
            throw EngineException.Conflict($"Error: Exec command {exec.Id} is already running");
        }
        all.Named(exec.Container.Value).MustRun();
        return exec;
    }

    /// <summary>What could not be executed is told as the runtime that clients know tells it.</summary>
    private static async Task<T> TranslatedAsync<T>(ExecSpec spec, Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (EngineException e) when (e.WhyNotExecuted() is { } reason)
        {
            string why = reason switch
            {
                NotExecuted.NotFound when !spec.Command[0].Contains('/', StringComparison.Ordinal) => $"exec: \"{spec.Command[0]}\": executable file not found in $PATH",
                NotExecuted.NotFound => $"{e.Message.TrimEnd('.')}: no such file or directory",
                NotExecuted.NotAllowed => $"{e.Message.TrimEnd('.')}: permission denied",
                _ => e.Message.TrimEnd('.'),
            };
            throw new EngineException(e.Kind, $"OCI runtime exec failed: exec failed: unable to start container process: {why}: unknown", e);
        }
    }

    private static DockerExecAnswer Answer(Exec exec) => new(
        exec.Id, Running: exec.Pid != 0 && exec.Exit is null, exec.Exit?.Code,
        new(exec.Spec.Tty, exec.Spec.Command[0], [.. exec.Spec.Command.Skip(1)], exec.Spec.Privileged, exec.Spec.User),
        exec.Spec.OpenStdin, exec.Spec.AttachStderr, exec.Spec.AttachStdout, CanRemove: exec.Exit is not null, exec.Container.Value,
        exec.Spec.DetachKeys ?? "", exec.Pid);

    private static bool SaysTerm(IEnumerable<string>? env) => env?.Any(entry => entry.StartsWith("TERM=", StringComparison.Ordinal)) == true;

    /// <summary>Rows and columns; 0 where nobody said, or could before 1.42.</summary>
    private static (int Rows, int Columns) Size(HttpContext http, int[]? console) =>
        !ApiVersion.Of(http).IsBefore(1, 42) && console is [> 0 and var rows, > 0 and var columns] ? (Math.Min(rows, LargestSide), Math.Min(columns, LargestSide)) : (0, 0);

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
