using Brig.Engine;
using Microsoft.AspNetCore.SignalR;

namespace Brig.Web.Hubs;

/// <summary>An engine's error reaches the page as its own sentence.</summary>
internal sealed class EngineErrors : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext call, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(call);
        }
        catch (EngineException e)
        {
            throw new HubException(e.Message);
        }
    }
}
