using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>What a client wants of a program's standard streams.</summary>
/// <param name="Framed">Output and errors in one stream, each piece behind 8 bytes: which it is (1 or 2), three zeros, its length as a big-endian u32.</param>
/// <param name="Input">Null: what the client sends is for nobody.</param>
internal sealed record RawStreamWishes(bool Stdout, bool Stderr, bool Framed, RawInput? Input);

/// <param name="Keys">Null: no terminal, so every byte is the program's.</param>
/// <param name="ClosesProgram">The end of the client's input is the end of the program's; otherwise it is the end of the attachment, as with Docker.</param>
internal sealed record RawInput(DetachKeys? Keys, bool ClosesProgram);

/// <summary>A program's streams over a connection that was taken over. Whichever ends first ends it: the program, the client, or the client's keys.</summary>
internal static class RawStreams
{
    private const int FrameHead = 8;
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(500);

    /// <returns>True when the program ended and all of it was sent; false when the client left.</returns>
    public static async Task<bool> RunAsync(IDuplexPipe client, IAttachment program, RawStreamWishes wishes, CancellationToken gone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var output = CopyOutAsync(program, client.Output, wishes, stop.Token);
        var input = wishes.Input is { } wanted ? CopyInAsync(client.Input, program, wanted, stop.Token) : SwallowAsync(client.Input, stop.Token);
        bool ended = await Task.WhenAny(output, input) == output && output.IsCompletedSuccessfully && await output;
        await stop.CancelAsync();
        await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await WhileUnheardAsync(program, async () =>
        {
            await input.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ended && wishes.Input is { ClosesProgram: true })
            {
                await CloseInputAsync(program);   // a client that was killed writes no more either
            }
        });
        return ended;
    }

    /// <summary>What is done when nobody listens any more. Meanwhile what the program says is read all the same: its shim's answers come behind it.</summary>
    public static async Task WhileUnheardAsync(IAttachment program, Func<Task> what)
    {
        using var done = new CancellationTokenSource();
        var unheard = Task.Run(() => DrainAsync(program, done.Token));
        await what();
        await done.CancelAsync();
        await unheard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task DrainAsync(IAttachment program, CancellationToken done)
    {
        await foreach (var _ in program.ReadAsync(done))
        {
            done.ThrowIfCancellationRequested();   // a full channel is read without a look at the token
        }
    }

    /// <summary>A sentence in place of what the program would have said.</summary>
    public static async Task TellAsync(IDuplexPipe client, string sentence, bool framed, CancellationToken gone)
    {
        var chunk = new OutputChunk(OutputStream.Stdout, Encoding.UTF8.GetBytes(sentence + "\r\n"), 0);
        if (framed)
        {
            Head(client.Output, chunk);
        }
        await client.Output.WriteAsync(chunk.Bytes, gone);
    }

    public static async Task CloseInputAsync(IAttachment program)
    {
        try
        {
            using var patience = new CancellationTokenSource(Farewell);
            await program.CloseInputAsync(patience.Token);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            // It has ended, or was never started.
        }
    }

    /// <returns>False when the client reads no more.</returns>
    private static async Task<bool> CopyOutAsync(IAttachment program, PipeWriter to, RawStreamWishes wishes, CancellationToken stop)
    {
        await foreach (var chunk in program.ReadAsync(stop))
        {
            if (chunk.Bytes.IsEmpty || !(chunk.Stream == OutputStream.Stderr ? wishes.Stderr : wishes.Stdout))
            {
                continue;
            }
            if (wishes.Framed)
            {
                Head(to, chunk);
            }
            to.Write(chunk.Bytes.Span);
            if ((await to.FlushAsync(stop)).IsCompleted)
            {
                return false;
            }
        }
        return true;
    }

    private static void Head(PipeWriter to, OutputChunk chunk)
    {
        var head = to.GetSpan(FrameHead)[..FrameHead];
        head.Clear();
        head[0] = (byte)chunk.Stream;
        BinaryPrimitives.WriteInt32BigEndian(head[4..], chunk.Bytes.Length);
        to.Advance(FrameHead);
    }

    /// <summary>Returns when the client has left, or its input has ended and that is the end of all.</summary>
    private static async Task CopyInAsync(PipeReader from, IAttachment program, RawInput wanted, CancellationToken stop)
    {
        try
        {
            await CopyAllInAsync(from, program, wanted, stop);
        }
        catch (EngineException)
        {
            await Task.Delay(Timeout.Infinite, stop);   // the program takes no more, but what it said last may still be on its way
        }
    }

    private static async Task CopyAllInAsync(PipeReader from, IAttachment program, RawInput wanted, CancellationToken stop)
    {
        var typed = new List<byte>();
        while (true)
        {
            var read = await from.ReadAsync(stop);
            foreach (var piece in read.Buffer)
            {
                if (piece.IsEmpty)
                {
                    continue;
                }
                if (wanted.Keys is not { } keys)
                {
                    await program.WriteAsync(piece, stop);
                    continue;
                }
                typed.Clear();
                bool left = keys.Take(piece.Span, typed);
                await program.WriteAsync(typed.ToArray(), stop);
                if (left)
                {
                    return;
                }
            }
            from.AdvanceTo(read.Buffer.End);
            if (!read.IsCompleted)
            {
                continue;
            }
            if (!wanted.ClosesProgram)
            {
                return;
            }
            await program.CloseInputAsync(stop);
            await Task.Delay(Timeout.Infinite, stop);   // its output goes on
        }
    }

    /// <summary>So that the client's going is noticed.</summary>
    private static async Task SwallowAsync(PipeReader from, CancellationToken stop)
    {
        while (await from.ReadAsync(stop) is { IsCompleted: false } read)
        {
            from.AdvanceTo(read.Buffer.End);
        }
        await Task.Delay(Timeout.Infinite, stop);
    }
}
