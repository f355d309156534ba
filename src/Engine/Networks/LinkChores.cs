using System.Threading.Channels;
using Brig.Linux.Bpf;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Networks;

/// <summary>
/// What is done about interfaces a second later, one after another. It waits for the kernel's one lock over interfaces, and holds it up to 20 ms each time: beside a start it would cost that start as much. A
/// second later most of it is not needed any more: the container has ended, or the kernel has taken the interface away itself.
/// </summary>
internal sealed partial class LinkChores : IDisposable
{
    public static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    /// <summary>When it is full the newcomer is told, and does without or does it now.</summary>
    private readonly Channel<Chore> _chores = Channel.CreateBounded<Chore>(new BoundedChannelOptions(CableShortcut.Most) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _later;
    private readonly ILogger _log;
    private readonly Task _working;

    public LinkChores(TimeProvider time, ILogger<LinkChores> log) : this(time, log, Later)
    {
    }

    internal LinkChores(TimeProvider time, ILogger log, TimeSpan later)
    {
        (_time, _log, _later) = (time, log, later);
        _working = Task.Run(WorkAsync);
    }

    /// <param name="always">At the end of the engine it is done before; else not at all.</param>
    /// <returns>False: it will not be done.</returns>
    public bool TryAdd(Action chore, bool always = false) => _chores.Writer.TryWrite(new(chore, _time.GetTimestamp(), always));

    /// <summary>Returns when what had to be done is done.</summary>
    public async Task StopAsync()
    {
        _chores.Writer.TryComplete();
        await _stop.CancelAsync();
        await _working;
    }

    public void Dispose()
    {
        _chores.Writer.TryComplete();
        _stop.Cancel();
    }

    private async Task WorkAsync()
    {
        await foreach (var chore in _chores.Reader.ReadAllAsync())
        {
            try
            {
                if (_later - _time.GetElapsedTime(chore.Added) is var left && left > TimeSpan.Zero)
                {
                    await Task.Delay(left, _time, _stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The engine stops.
            }
            try
            {
                if (chore.Always || !_stop.IsCancellationRequested)
                {
                    chore.Do();
                }
            }
            catch (Exception e)
            {
                NotDone(e);
            }
        }
    }

    private readonly record struct Chore(Action Do, long Added, bool Always);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An interface is not as it should be")]
    private partial void NotDone(Exception e);
}
