namespace Brig.Engine.Alerts.Sending;

/// <summary>One way to a target.</summary>
internal interface IAlertSender
{
    bool Takes(AlertTarget target);

    /// <summary>Once, and within <see cref="Outbox.Patience"/>.</summary>
    /// <exception cref="EngineException">Failed, Unavailable: why it did not arrive, in a sentence.</exception>
    Task SendAsync(AlertTarget target, AlertMessage message, CancellationToken stop);

    /// <exception cref="EngineException">Invalid: this cannot be a target.</exception>
    void Check(AlertTarget target);
}
