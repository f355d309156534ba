using Brig.Engine;
using Microsoft.AspNetCore.SignalR;

namespace Brig.Web.Hubs;

/// <summary>
/// An engine's error reaches the page as its own sentence, and is nothing for the server's log: somebody asked for what cannot be. Everything else is a fault of ours
/// and is logged here, because SignalR's own logging of both is turned off.
/// </summary>
internal sealed partial class EngineErrors(ILogger<LiveHub> log) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext call, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(call);
        }
        catch (Exception e) when (Translate(e) is { } told)
        {
            throw told;
        }
    }

    /// <summary>What the page is told, or null for what is only passed on.</summary>
    public HubException? Translate(Exception e)
    {
        if (e is EngineException)
            return new HubException(e.Message);
        if (e is not (HubException or OperationCanceledException))
            LogFault(log, e);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A call of the live hub failed")]
    private static partial void LogFault(ILogger log, Exception fault);
}
