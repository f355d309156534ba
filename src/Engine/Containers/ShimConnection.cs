using System.Buffers;
using System.Collections.Immutable;
using System.Net.Sockets;
using Brig.Linux;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>What the shim answered to a launch: one of the two.</summary>
internal sealed record LaunchAnswer(StartedMessage? Started, FailedMessage? Failed);

/// <summary>One connection to one shim: its frames in, ours out. The frames are drawn at <see cref="FrameType"/>.</summary>
internal sealed class ShimConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly IOutputSink? _output;
    private readonly AsyncLock _sending = new(), _asking = new();
    private readonly TaskCompletionSource<LaunchAnswer> _launched = New<LaunchAnswer>();
    private readonly TaskCompletionSource<StatusMessage?> _ended = New<StatusMessage?>();
    private readonly TaskCompletionSource<ImmutableArray<StepRecord>> _steps = New<ImmutableArray<StepRecord>>();
    private readonly TaskCompletionSource<LookAnswer> _looked = New<LookAnswer>();
    private readonly TaskCompletionSource<RootMadeMessage> _rooted = New<RootMadeMessage>();
    private readonly TaskCompletionSource<ClonedMessage> _cloned = New<ClonedMessage>();

    /// <summary>Who waits for it goes on on the thread that reads, for the program waits for him: nothing else comes meanwhile, and another thread may get no processor for milliseconds.</summary>
    private readonly TaskCompletionSource _newNetwork = new();
    private readonly Task _reading;
    private TaskCompletionSource<ErrorMessage?>? _asked;
    private TaskCompletionSource<StatusMessage>? _greeted;

    /// <param name="socket">Connected; it is ours from now on.</param>
    /// <param name="output">Gets what comes out once <see cref="AttachAsync"/> was asked; while it does not take it, nothing else is read either.</param>
    public ShimConnection(Socket socket, IOutputSink? output = null)
    {
        _socket = socket;
        _output = output;
        _reading = ReadAsync();
    }

    /// <summary>The status with the exit in it, or null when the shim went away without one.</summary>
    public Task<StatusMessage?> Ended => _ended.Task;

    /// <summary>Those that made its program, soon after the start; none when the shim went away before it told them.</summary>
    public Task<ImmutableArray<StepRecord>> Steps => _steps.Task;

    /// <summary>The other side closed, or we did.</summary>
    public Task Closed => _reading;

    /// <summary>With every status: why the log cannot be written, or was not; null when all is well.</summary>
    public event Action<string?>? LogTold;

    /// <summary>Every denied call there was, each time there are more.</summary>
    public event Action<DenialsMessage>? Denied;

    /// <summary>What was told last; null: nothing was denied yet.</summary>
    public DenialsMessage? LastDenials { get; private set; }

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<ShimConnection> ConnectAsync(string runFolder, CancellationToken stop, IOutputSink? output = null) =>
        new(await ShimSocket.ConnectAsync(runFolder, stop), output);

    /// <summary>From now on what comes out goes to the sink.</summary>
    public Task AttachAsync(AttachFlags flags, CancellationToken stop) => AskAsync(Requests.Attach(flags), stop);

    /// <summary>The same before a launch, so that not a byte is missed; the shim's word on it is not waited for.</summary>
    public Task AttachFirstAsync(AttachFlags flags) => SendAsync(Requests.Attach(flags));

    /// <summary>One more connection, before a launch: its sink misses not a byte, and the program waits for it where it is slow.</summary>
    /// <exception cref="EngineException">Failed: the shim is gone.</exception>
    public async Task<ShimConnection> JoinAsync(IOutputSink sink)
    {
        var (ours, theirs) = Spawn.SocketPair();
        try
        {
            using var held = await _sending.TakeAsync();
            PassedDescriptor.Send(_socket.SafeHandle, Requests.Join(AttachFlags.Lossless), theirs);
        }
        catch (Exception e) when (e is LinuxException or ObjectDisposedException)
        {
            Spawn.Close(ours);
            throw Gone();
        }
        finally
        {
            Spawn.Close(theirs);
        }
        return new(new Socket(new SafeSocketHandle(ours, ownsHandle: true)), sink);
    }

    public Task InputAsync(ReadOnlyMemory<byte> bytes) => SendAsync(Requests.Input(bytes.Span));

    public Task CloseInputAsync(CancellationToken stop) => AskAsync(Requests.CloseInput(), stop);

    public Task ResizeAsync(int rows, int columns, CancellationToken stop) =>
        AskAsync(Requests.Resize((ushort)Math.Clamp(rows, 1, 4096), (ushort)Math.Clamp(columns, 1, 4096)), stop);

    /// <param name="plan">As PlanWriter writes it.</param>
    /// <exception cref="EngineException">Failed: the shim went away without an answer.</exception>
    public async Task<LaunchAnswer> LaunchAsync(byte[] plan)
    {
        await SendAsync(Frame.Make(FrameType.Launch, plan));
        return await _launched.Task;
    }

    /// <summary>In place of a launch.</summary>
    /// <exception cref="EngineException">Failed, with the shim's sentence.</exception>
    public async Task<LookAnswer> LookAsync(LookRequest request)
    {
        await SendAsync(Requests.Look(request));
        await Task.WhenAny(_looked.Task, _launched.Task);
        return _looked.Task.IsCompleted ? await _looked.Task
            : (await _launched.Task).Failed is { } failed ? throw EngineException.Failed(Text.Sentence(failed.Sentence)) : throw Gone();
    }

    /// <summary>In place of a launch: a root file system that is there until we disconnect, or for as long as somebody has it open.</summary>
    /// <exception cref="EngineException">Failed, with the shim's sentence.</exception>
    public async Task<RootMadeMessage> RootAsync(LaunchPlan plan)
    {
        await SendAsync(Requests.Root(plan));
        await Task.WhenAny(_rooted.Task, _launched.Task);
        return _rooted.Task.IsCompleted ? await _rooted.Task
            : (await _launched.Task).Failed is { } failed ? throw EngineException.Failed(Text.Sentence(failed.Sentence)) : throw Gone();
    }

    /// <summary>The cgroup is there. A shim that could not wait for that has told why, and that is the answer to the launch.</summary>
    public async Task EnterAsync()
    {
        try
        {
            await SendAsync(Requests.Enter());
        }
        catch (EngineException)
        {
        }
    }

    /// <summary>The process whose network namespace is new, when that is there; null: the launch was answered before, so it failed.</summary>
    public async Task<ClonedMessage?> NewNetworkAsync()
    {
        var there = Task.WhenAll(_cloned.Task, _newNetwork.Task);
        await Task.WhenAny(there, _launched.Task);
        return there.IsCompletedSuccessfully ? await _cloned.Task : null;
    }

    /// <summary>The interfaces are there. After <see cref="EnterAsync"/>, and like it.</summary>
    public async Task NetworkAsync()
    {
        try
        {
            await SendAsync(Requests.Network());
        }
        catch (EngineException)
        {
        }
    }

    /// <summary>There will be no <see cref="EnterAsync"/> or <see cref="NetworkAsync"/>: returns when the shim has put away what it had made.</summary>
    public async Task GiveUpAsync()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It is gone already.
        }
        await _reading;
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
            if (await Answer(_asked.Task) is { Errno: not Errno.ESRCH } error)
            {
                throw EngineException.Failed(Text.Sentence(error.Sentence));
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
                while (TakeOne(buffer.AsMemory(taken, filled - taken), out var chunk, out int consumed))
                {
                    taken += consumed;
                    if (chunk is { } output && _output is not null)
                    {
                        await _output.TakeAsync(output);
                    }
                }
                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
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
            _output?.End();
            _ended.TrySetResult(null);
            _steps.TrySetResult([]);
            _launched.TrySetException(Gone());
            _ = _launched.Task.Exception;   // nobody may be waiting for it
        }
    }

    /// <returns>False when no whole frame is there yet.</returns>
    private bool TakeOne(ReadOnlyMemory<byte> received, out OutputChunk? chunk, out int consumed)
    {
        chunk = null;
        if (!Frame.TryParse(received.Span, out var type, out var payload, out consumed))
        {
            return false;
        }
        switch (type)
        {
            case FrameType.Output:
                var stream = (OutputStream)OutputFrames.ReadOutput(payload, out var bytes);
                chunk = new(stream, received.Slice(consumed - bytes.Length, bytes.Length), 0);
                break;
            case FrameType.Skipped:
                stream = (OutputStream)OutputFrames.ReadSkipped(payload, out ulong skipped);
                chunk = new(stream, default, (long)skipped);
                break;
            default:
                Take(type, payload);
                break;
        }
        return true;
    }

    private void Take(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Started:
                _launched.TrySetResult(new(StartedMessage.Read(payload), null));
                break;
            case FrameType.Birth:
                _steps.TrySetResult(BirthMessage.Read(payload).Steps);
                break;
            case FrameType.Cloned:
                _cloned.TrySetResult(ClonedMessage.Read(payload));
                break;
            case FrameType.NewNetwork:
                _newNetwork.TrySetResult();
                break;
            case FrameType.RootMade:
                _rooted.TrySetResult(RootMadeMessage.Read(payload));
                break;
            case FrameType.Looked:
                _looked.TrySetResult(LookAnswer.Read(payload));
                break;
            case FrameType.Failed:
                _launched.TrySetResult(new(null, FailedMessage.Read(payload)));
                break;
            case FrameType.Status:
                var status = StatusMessage.Read(payload);
                _greeted?.TrySetResult(status);
                LogTold?.Invoke(status.LogError);
                if (status.Exit is not null)
                {
                    _ended.TrySetResult(status);
                }
                break;
            case FrameType.Denials:
                LastDenials = DenialsMessage.Read(payload);
                Denied?.Invoke(LastDenials);
                break;
            case FrameType.Ack:
                _asked?.TrySetResult(null);
                break;
            case FrameType.Error:
                _asked?.TrySetResult(ErrorMessage.Read(payload));
                break;
            default:
                break;   // of a newer shim: nothing we asked for
        }
    }

    private static EngineException Gone() => EngineException.Failed("The container's shim ended before it answered.");

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
