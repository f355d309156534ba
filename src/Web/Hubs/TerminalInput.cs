using System.Text;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Hubs;

/// <summary>What all viewers of one terminal type, in the order it came. A program that does not read its input holds up nobody.</summary>
internal sealed class TerminalInput : IAsyncDisposable
{
    // When the program has not read this many messages, what is typed beyond is refused, and its typist is told.
    private const int Bound = 64;

    private readonly Channel<byte[]> _typed = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Bound) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();

    public TerminalInput(IAttachment attachment)
    {
        Attachment = attachment;
        Ended = Task.WhenAny(Task.Run(WriteAsync), Task.Run(DrainAsync));
    }

    public IAttachment Attachment { get; }

    /// <summary>The program ended, or its shim went away.</summary>
    public Task Ended { get; }

    public void Type(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > LiveHubSetup.MaxMessage)
            throw EngineException.Invalid($"At most {LiveHubSetup.MaxMessage} bytes can be typed at once.");
        if (!_typed.Writer.TryWrite(bytes))
            throw EngineException.Unavailable("The program does not read its input; what was typed last did not reach it.");
    }

    public async ValueTask DisposeAsync()
    {
        _typed.Writer.TryComplete();
        await _stop.CancelAsync();
        await Ended;
        await Attachment.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (byte[] bytes in _typed.Reader.ReadAllAsync(_stop.Token))
                await Attachment.WriteAsync(bytes, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException or IOException or ObjectDisposedException)
        {
            // It ended while something was typed: its viewers see the end.
        }
    }

    /// <summary>An attachment brings output too; viewers have their own.</summary>
    private async Task DrainAsync()
    {
        try
        {
            await foreach (var _ in Attachment.ReadAsync(_stop.Token))
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException or IOException or ObjectDisposedException)
        {
        }
    }
}
