using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Hubs;

/// <summary>
/// Terminals in containers. A terminal is an exec with a pty, or a container's own streams (<c>attach:ID</c>). It belongs to no page: it goes on when its viewers
/// leave, and any number can watch and type. Each viewer has its own attachment, so that a slow one loses only its own bytes; what is typed goes through one.
/// </summary>
internal sealed class TerminalSessions(IContainers containers)
{
    private const string AttachPrefix = "attach:";

    private static readonly string[][] Shells = [["/bin/sh"], ["/bin/bash"], ["/bin/busybox", "sh"]];

    private readonly ConcurrentDictionary<string, TerminalInput> _inputs = new();

    public async Task<string> OpenAsync(string container, string[]? command, int rows, int columns, CancellationToken stop)
    {
        if (command is { Length: > 0 })
            return await StartAsync(container, command, rows, columns, stop);
        EngineException? first = null;
        foreach (string[] shell in Shells)
        {
            try
            {
                return await StartAsync(container, shell, rows, columns, stop);
            }
            catch (EngineException e) when (e.Kind is EngineErrorKind.Failed or EngineErrorKind.Invalid)
            {
                first ??= e; // it has no such shell; another may be there
            }
        }
        throw first!;
    }

    public string Attach(string container)
    {
        var found = containers.Get(container);
        return found.State.Status is ContainerStatus.Running or ContainerStatus.Paused
            ? AttachPrefix + found.Id
            : throw EngineException.Conflict($"{found.Name} is not running; there is nothing to attach to.");
    }

    /// <summary>What it shows, as base64, until its program ends.</summary>
    public async IAsyncEnumerable<string> ReadAsync(string id, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var attachment = await OpenAttachmentAsync(id, stop);
        await foreach (var chunk in attachment.ReadAsync(stop))
        {
            if (chunk.SkippedBytes > 0)
                yield return Convert.ToBase64String(Encoding.UTF8.GetBytes($"\r\n\e[0;2m[{chunk.SkippedBytes} bytes were too fast for this page]\e[0m\r\n"));
            if (!chunk.Bytes.IsEmpty)
                yield return Convert.ToBase64String(chunk.Bytes.Span);
        }
    }

    public async Task InputAsync(string id, string text) => (await InputOfAsync(id)).Type(text);

    public async Task ResizeAsync(string id, int rows, int columns, CancellationToken stop)
    {
        if (rows is < 1 or > 1000 || columns is < 1 or > 1000)
            throw EngineException.Invalid($"A terminal has 1 to 1000 rows and columns, not {rows} × {columns}.");
        await (await InputOfAsync(id)).Attachment.ResizeAsync(rows, columns, stop);
    }

    /// <summary>Kills an exec; of a container it only lets go.</summary>
    public async Task CloseAsync(string id)
    {
        if (_inputs.TryRemove(id, out var input))
            await input.DisposeAsync();
        if (!id.StartsWith(AttachPrefix, StringComparison.Ordinal))
            await containers.KillExecAsync(id);
    }

    private async Task<string> StartAsync(string container, string[] command, int rows, int columns, CancellationToken stop)
    {
        var exec = await containers.ExecAsync(container, new ExecSpec
        {
            Command = [.. command],
            Env = ["TERM=xterm-256color"],
            Tty = true,
            OpenStdin = true,
            Rows = Math.Clamp(rows, 1, 1000),
            Columns = Math.Clamp(columns, 1, 1000),
        }, stop);
        return exec.Id;
    }

    private async Task<TerminalInput> InputOfAsync(string id)
    {
        if (_inputs.TryGetValue(id, out var known))
            return known;
        var made = new TerminalInput(await OpenAttachmentAsync(id, default));
        var kept = _inputs.GetOrAdd(id, made);
        if (kept == made)
            _ = RemoveAtEndAsync(id, made);
        else
            await made.DisposeAsync(); // somebody else was first
        return kept;
    }

    private async Task RemoveAtEndAsync(string id, TerminalInput input)
    {
        await input.Ended;
        _inputs.TryRemove(new(id, input));
        await input.DisposeAsync();
    }

    private Task<IAttachment> OpenAttachmentAsync(string id, CancellationToken stop)
        => id.StartsWith(AttachPrefix, StringComparison.Ordinal)
            ? containers.AttachAsync(id[AttachPrefix.Length..], stop)
            : containers.AttachExecAsync(id, stop);
}
