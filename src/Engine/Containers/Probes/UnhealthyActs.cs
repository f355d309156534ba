using Brig.Engine.Events;
using Brig.Engine.Health;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Containers.Probes;

/// <summary>Does what a check says is to be done with a container that is unhealthy.</summary>
internal sealed partial class UnhealthyActs(Prober prober, Supervisor supervisor, Stopper stopper, EventLog events, ILogger<UnhealthyActs> log)
{
    public void Open() => prober.MustAct += loop => _ = ActAsync(loop);

    private async Task ActAsync(ProbeLoop loop)
    {
        var entry = loop.Entry;
        try
        {
            if (loop.Check.OnUnhealthy == UnhealthyAction.Stop)
            {
                await stopper.StopAsync(entry, null, CancellationToken.None, EndAsk.Unhealthy);
            }
            else if (await stopper.EndRunAsync(entry, loop.Run))
            {
                await supervisor.StartAgainAsync(entry);
            }
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotModified)
        {
            // Somebody else stopped or started it meanwhile.
        }
        catch (EngineException e)
        {
            events.Add(entry.Now, "unhealthy-failed", ("error", e.Message));
            NotDone(entry.Now.Name, e.Message);
        }
        catch (Exception e)
        {
            Broken(e, entry.Now.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Name} is unhealthy, and what was to be done about it was not: {Reason}")]
    private partial void NotDone(string name, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Doing something about unhealthy container {Name} failed")]
    private partial void Broken(Exception e, string name);
}
