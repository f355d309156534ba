using System.Collections.Immutable;
using System.Threading.Channels;
using Brig.Engine;
using Microsoft.AspNetCore.Components;

namespace Brig.Web.Components.Parts;

/// <summary>
/// A component that follows feeds of the engine. Changes are gathered and drawn at most four times a second; a feed that ends
/// because this viewer lagged is followed anew; leaving the page ends all of it.
/// </summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _gone = new();
    private readonly List<Task> _pumps = [];

    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<LiveComponent> Log { get; init; }

    /// <summary>Cancelled when the viewer has left.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>Draws <paramref name="begin"/> at once; then, in a live page, each batch of changes.</summary>
    protected void Follow<TSnapshot, TChange>(Func<Live<TSnapshot, TChange>> open, Action<ImmutableArray<TSnapshot>> begin, Action<TChange> change)
    {
        var live = open();
        begin(live.Snapshot);
        if (RendererInfo.IsInteractive)
            _pumps.Add(PumpAsync(live, open, begin, change));
        else
            live.Dispose();
    }

    /// <summary>Does the work now and then every period while the page is open.</summary>
    protected void Every(TimeSpan period, Func<Task> work)
    {
        if (RendererInfo.IsInteractive)
            _pumps.Add(TickAsync(period, work));
    }

    private async Task PumpAsync<TSnapshot, TChange>(
        Live<TSnapshot, TChange> live, Func<Live<TSnapshot, TChange>> open, Action<ImmutableArray<TSnapshot>> begin, Action<TChange> change)
    {
        try
        {
            for (; ; live = open(), await InvokeAsync(() => Redraw(() => begin(live.Snapshot))))
            {
                using (live)
                {
                    while (await live.Changes.WaitToReadAsync(Gone))
                    {
                        await InvokeAsync(() => Redraw(() => Drain(live.Changes, change)));
                        await Task.Delay(Breath, Time, Gone);
                    }
                }

                await Task.Delay(Breath, Time, Gone);
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.FollowEnded(e, GetType().Name);
        }
    }

    private async Task TickAsync(TimeSpan period, Func<Task> work)
    {
        using var timer = new PeriodicTimer(period, Time);
        try
        {
            do
            {
                await InvokeAsync(work);
            }
            while (await timer.WaitForNextTickAsync(Gone));
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.FollowEnded(e, GetType().Name);
        }
    }

    private static void Drain<T>(ChannelReader<T> from, Action<T> each)
    {
        while (from.TryRead(out var item))
            each(item);
    }

    private void Redraw(Action change)
    {
        if (_gone.IsCancellationRequested)
            return;
        change();
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await Task.WhenAll(_pumps).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }
}

internal static partial class LiveComponentLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Component} stopped following its feed")]
    public static partial void FollowEnded(this ILogger log, Exception exception, string component);
}
