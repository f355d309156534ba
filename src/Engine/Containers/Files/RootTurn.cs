namespace Brig.Engine.Containers.Files;

/// <summary>
/// The root file system of a container that does not run is one's at a time: who copies, or a start. It is taken before the container's lock, never under it, so a copy keeps no other verb waiting.
/// A client who does not go on while another waits is broken off; a removal breaks off whoever is there.
/// </summary>
internal sealed class RootTurn
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly AsyncLock _turn = new();
    private volatile CopyClient? _now;

    public Task<Held> TakeAsync(TimeProvider time, CancellationToken stop = default) => TakeAsync(null, time, stop);

    /// <param name="client">Null: for nobody who could keep others waiting.</param>
    public async Task<Held> TakeAsync(CopyClient? client, TimeProvider time, CancellationToken stop)
    {
        var turn = _turn.TakeAsync(stop).AsTask();
        while (!turn.IsCompleted)
        {
            var (before, steps) = (_now, _now?.Steps);
            await Task.WhenAny(turn, Task.Delay(Patience, time, stop));
            if (!turn.IsCompleted && before is not null && before == _now && before.Steps == steps && steps % 2 == 1)
            {
                before.BreakOff();
            }
        }
        var held = await turn;
        _now = client;
        return new(this, held);
    }

    public void BreakOff() => _now?.BreakOff();

    public readonly struct Held(RootTurn turn, AsyncLock.Held held) : IDisposable
    {
        public void Dispose()
        {
            turn._now = null;
            held.Dispose();
        }
    }
}
