using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Brig.Engine.Alerts.Sending;

/// <summary>
/// Messages on their way: for each target one after another, so that one that hangs keeps nobody else's. What fails is tried again, later and later; where a message was given up,
/// the next ones get one attempt each until one arrives. At least once: a kill between the sending and the writing down sends it again.
/// </summary>
internal sealed class Outbox(AlertDesk desk, TargetTable targets, IEnumerable<IAlertSender> senders, TimeProvider time) : IDisposable
{
    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    private const int Waiting = 1_000;
    private static readonly TimeSpan[] s_again = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    private readonly ConcurrentDictionary<string, Channel<(string Incident, AlertPhase Phase)>> _queues = new();
    private readonly ConcurrentBag<Task> _workers = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Whatever of it waits.</summary>
    public void Send(AlertIncident incident)
    {
        foreach (var delivery in incident.Deliveries)
        {
            if (delivery.State == DeliveryState.Waiting && !Queue(delivery.Target).Writer.TryWrite((incident.Id, delivery.Phase)))
            {
                desk.Delivered(incident.Id, delivery with { State = DeliveryState.Failed, Error = $"{Waiting} messages to {delivery.Target} waited already." });
            }
        }
    }

    /// <exception cref="EngineException">Failed, Unavailable.</exception>
    public async Task SendNowAsync(AlertTarget target, AlertMessage message, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            await senders.First(sender => sender.Takes(target)).SendAsync(target, message, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw EngineException.Unavailable($"There was no answer within {Patience.TotalSeconds:0.##} seconds.");
        }
    }

    /// <summary>What was not sent waits for the next engine.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
    }

    /// <summary>Not disposed of: where the start of the host failed, this comes before the end of who works with it.</summary>
    public void Dispose() => _stop.Cancel();

    private Channel<(string Incident, AlertPhase Phase)> Queue(string target) => _queues.GetOrAdd(target, name =>
    {
        // A full one refuses the newest, and says so at its incident.
        var queue = Channel.CreateBounded<(string, AlertPhase)>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        _workers.Add(Task.Run(() => WorkAsync(name, queue.Reader)));
        return queue;
    });

    private async Task WorkAsync(string target, ChannelReader<(string Incident, AlertPhase Phase)> queue)
    {
        bool isTrusted = true;
        try
        {
            await foreach (var (id, phase) in queue.ReadAllAsync(_stop.Token))
            {
                if (desk.Incident(id) is { } incident && incident.Deliveries.FirstOrDefault(one => one.Target == target && one.Phase == phase) is { State: DeliveryState.Waiting } delivery)
                {
                    isTrusted = await TryAsync(incident, delivery, isTrusted ? s_again.Length : 0);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <returns>Whether it arrived.</returns>
    private async Task<bool> TryAsync(AlertIncident incident, AlertDelivery delivery, int again)
    {
        for (int attempt = 0; ; attempt++)
        {
            string? error = await ErrorAsync(incident, delivery);
            delivery = delivery with
            {
                State = error is null ? DeliveryState.Sent : attempt >= again ? DeliveryState.Failed : DeliveryState.Waiting, Attempts = delivery.Attempts + 1, At = time.GetUtcNow(), Error = error,
            };
            desk.Delivered(incident.Id, delivery);
            if (delivery.State != DeliveryState.Waiting)
            {
                return error is null;
            }
            await Task.Delay(s_again[attempt], time, _stop.Token);
        }
    }

    private async Task<string?> ErrorAsync(AlertIncident incident, AlertDelivery delivery)
    {
        if (targets.TryGet(delivery.Target) is not { } target)
        {
            return $"There is no target {delivery.Target} any more.";
        }
        try
        {
            await SendNowAsync(target, AlertMessage.Of(incident, delivery.Phase), _stop.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (Exception e)
        {
            return e is EngineException ? e.Message : $"It could not be sent: {e.Message}";
        }
    }
}
