using System.Buffers;
using System.Net.Sockets;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>What the shim answered to a launch: one of the two.</summary>
internal sealed record LaunchAnswer(StartedMessage? Started, FailedMessage? Failed);

/// <summary>One connection to one shim: its frames in, ours out. The frames are drawn at <see cref="FrameType"/>.</summary>
internal sealed class ShimConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly AsyncLock _sending = new(), _asking = new();
    private readonly TaskCompletionSource<LaunchAnswer> _launched = New<LaunchAnswer>();
    private readonly TaskCompletionSource<StatusMessage?> _ended = New<StatusMessage?>();
    private readonly Task _reading;
    private TaskCompletionSource<ErrorMessage?>? _asked;
    private TaskCompletionSource<StatusMessage>? _greeted;

    /// <param name="socket">Connected; it is ours from now on.</param>
    public ShimConnection(Socket socket)
    {
        _socket = socket;
        _reading = ReadAsync();
    }

    /// <summary>The status with the exit in it, or null when the shim went away without one.</summary>
    public Task<StatusMessage?> Ended => _ended.Task;

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<ShimConnection> ConnectAsync(string runFolder, CancellationToken stop) => new(await ShimSocket.ConnectAsync(runFolder, stop));

    /// <exception cref="EngineException">Failed: the shim went away without an answer.</exception>
    public async Task<LaunchAnswer> LaunchAsync(LaunchPlan plan)
    {
        await SendAsync(Requests.Launch(plan));
        return await _launched.Task;
    }

    /// <summary>How it is now.</summary>
    public async Task<StatusMessage> HelloAsync(CancellationToken stop)
    {
        using (await _asking.TakeAsync(stop))
        {
            _greeted = New<StatusMessage>();
            await SendAsync(Requests.Hello());
            return await Answer(_greeted.Task).WaitAsync(stop);
        }
    }

    /// <summary>To PID 1. One that has ended meanwhile is no error.</summary>
    public Task SignalAsync(int signal, CancellationToken stop = default) => AskAsync(Requests.Signal(signal), stop);

    private async Task AskAsync(byte[] request, CancellationToken stop)
    {
        using (await _asking.TakeAsync(stop))
        {
            _asked = New<ErrorMessage?>();
            await SendAsync(request);
            if (await Answer(_asked.Task) is { Errno: not Linux.Errno.ESRCH } error)
            {
                throw EngineException.Failed(error.Sentence);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
    }

    private async Task SendAsync(byte[] frame)
    {
        using var held = await _sending.TakeAsync();
        try
        {
            for (int sent = 0; sent < frame.Length;)
            {
                sent += await _socket.SendAsync(frame.AsMemory(sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Gone();
        }
    }

    /// <summary>An answer, or the end of the shim.</summary>
    private async Task<T> Answer<T>(Task<T> answer)
    {
        await Task.WhenAny(answer, _reading);
        return answer.IsCompletedSuccessfully ? await answer : throw Gone();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        int filled = 0;
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(filled)) is var read and > 0)
            {
                filled += read;
                int taken = 0;
                while (Frame.TryParse(buffer.AsSpan(taken..filled), out var type, out var payload, out int consumed))
                {
                    Take(type, payload);
                    taken += consumed;
                }
                buffer.AsSpan(taken..filled).CopyTo(buffer);
                filled -= taken;
                if (filled == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or WireException)
        {
            // The same as an end: whoever waits is told below.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _ended.TrySetResult(null);
            _launched.TrySetException(Gone());
            _ = _launched.Task.Exception;   // nobody may be waiting for it
        }
    }

    private void Take(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Started:
                _launched.TrySetResult(new(StartedMessage.Read(payload), null));
                break;
            case FrameType.Failed:
                _launched.TrySetResult(new(null, FailedMessage.Read(payload)));
                break;
            case FrameType.Status:
                var status = StatusMessage.Read(payload);
                _greeted?.TrySetResult(status);
                if (status.Exit is not null)
                {
                    _ended.TrySetResult(status);
                }
                break;
            case FrameType.Ack:
                _asked?.TrySetResult(null);
                break;
            case FrameType.Error:
                _asked?.TrySetResult(ErrorMessage.Read(payload));
                break;
            default:
                break;   // output: this connection did not attach
        }
    }

    private static EngineException Gone() => EngineException.Failed("The container's shim ended before it answered.");

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
