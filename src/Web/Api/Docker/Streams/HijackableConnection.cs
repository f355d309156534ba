using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Brig.Web.Api.Docker;

/// <summary>
/// A connection that a request can take over after its body, also with one, which HTTP's own upgrade cannot (Docker's exec sends JSON and then speaks raw). From then on the HTTP server reads and writes nothing more
/// of it. And one whose client has shut its writing end only, as <c>docker run -i</c> does at the end of its input, is still written to: the HTTP server would take it for gone.
/// </summary>
internal sealed class HijackableConnection : ConnectionContext, IHijack
{
    /// <summary>How often a client that writes no more is asked whether it still reads.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly ConnectionContext _inner;
    private readonly TimeProvider _time;
    private readonly Lane _lane;
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _gone = new();

    private HijackableConnection(ConnectionContext inner, TimeProvider time)
    {
        (_inner, _time) = (inner, time);
        _lane = new(inner.Transport);
        Transport = _lane;
        ConnectionClosed = _closed.Token;
        Features = new FeatureCollection(inner.Features);
        Features.Set<IHijack>(this);
        Features.Set<IConnectionLifetimeFeature>(null);
        Features.Set<IConnectionTransportFeature>(null);
    }

    public static async Task RunAsync(ConnectionContext connection, TimeProvider time, ConnectionDelegate next)
    {
        var ours = new HijackableConnection(connection, time);
        await using var ended = connection.ConnectionClosed.Register(() => ours.Ended());
        try
        {
            await next(ours);
        }
        finally
        {
            await ours._gone.CancelAsync();
        }
    }

    public override string ConnectionId { get => _inner.ConnectionId; set => _inner.ConnectionId = value; }
    public override IFeatureCollection Features { get; }
    public override IDictionary<object, object?> Items { get => _inner.Items; set => _inner.Items = value; }
    public override IDuplexPipe Transport { get; set; }
    public override CancellationToken ConnectionClosed { get; set; }
    public override System.Net.EndPoint? LocalEndPoint { get => _inner.LocalEndPoint; set => _inner.LocalEndPoint = value; }
    public override System.Net.EndPoint? RemoteEndPoint { get => _inner.RemoteEndPoint; set => _inner.RemoteEndPoint = value; }

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    public bool IsTaken => _lane.IsTaken;

    public CancellationToken Gone => _gone.Token;

    public IDuplexPipe Take()
    {
        _lane.IsTaken = true;
        if (_inner.ConnectionClosed.IsCancellationRequested)
        {
            _ = WatchAsync();
        }
        return _inner.Transport;
    }

    /// <summary>The client writes no more. Without a hijack that is the end, as it is for Docker.</summary>
    private void Ended()
    {
        if (IsTaken)
        {
            _ = WatchAsync();
        }
        else
        {
            _closed.Cancel();
        }
    }

    /// <summary>A client that has closed its socket whole would otherwise be noticed only by the next write, which may never come.</summary>
    private async Task WatchAsync()
    {
        var socket = _inner.Features.Get<IConnectionSocketFeature>()?.Socket;
        try
        {
            while (!_gone.IsCancellationRequested)
            {
                socket?.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None);   // nothing; fails where nobody reads (unix(7): EPIPE)
                await Task.Delay(Look, _time, _gone.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await _gone.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The request ended before.
        }
    }

    /// <summary>What the HTTP server sees of the connection: all of it, until it is taken, and then a client who has gone and takes everything.</summary>
    private sealed class Lane(IDuplexPipe inner) : IDuplexPipe
    {
        private volatile bool _isTaken;

        public bool IsTaken { get => _isTaken; set => _isTaken = value; }
        public PipeReader Input => field ??= new Reader(this, inner.Input);
        public PipeWriter Output => field ??= new Writer(this, inner.Output);
    }

    private sealed class Reader(Lane lane, PipeReader inner) : PipeReader
    {
        private static readonly ReadResult End = new(default, isCanceled: false, isCompleted: true);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => lane.IsTaken ? new(End) : inner.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result)
        {
            if (!lane.IsTaken)
            {
                return inner.TryRead(out result);
            }
            result = End;
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (!lane.IsTaken)
            {
                inner.AdvanceTo(consumed, examined);
            }
        }

        public override void CancelPendingRead()
        {
            if (!lane.IsTaken)
            {
                inner.CancelPendingRead();
            }
        }

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }

    private sealed class Writer(Lane lane, PipeWriter inner) : PipeWriter
    {
        private byte[] _nowhere = [];

        public override Memory<byte> GetMemory(int sizeHint = 0) => lane.IsTaken ? Nowhere(sizeHint) : inner.GetMemory(sizeHint);
        public override Span<byte> GetSpan(int sizeHint = 0) => lane.IsTaken ? Nowhere(sizeHint) : inner.GetSpan(sizeHint);

        public override void Advance(int bytes)
        {
            if (!lane.IsTaken)
            {
                inner.Advance(bytes);
            }
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => lane.IsTaken ? default : inner.FlushAsync(cancellationToken);
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;
        public override long UnflushedBytes => lane.IsTaken ? 0 : inner.UnflushedBytes;

        public override void CancelPendingFlush()
        {
            if (!lane.IsTaken)
            {
                inner.CancelPendingFlush();
            }
        }

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private byte[] Nowhere(int sizeHint)
        {
            if (_nowhere.Length < Math.Max(sizeHint, 4096))
            {
                _nowhere = new byte[Math.Max(sizeHint, 4096)];
            }
            return _nowhere;
        }
    }
}
