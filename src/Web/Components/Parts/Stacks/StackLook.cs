using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Stacks;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Stacks;

/// <summary>How a stack, a service of it and a container of that are shown.</summary>
public static class StackLook
{
    public static StateLook Of(StackContainer container) =>
        StateLook.Of(new ContainerState(container.Status, 0) { Health = container.Health is { } health ? new(health, 0, default) : null });

    /// <summary>What needs an eye first: the worst of its containers, or that there are too few.</summary>
    public static StateLook Of(StackService service) =>
        service.Containers.Length == 0 ? service.Wanted == 0 ? new("exited", T("stacks.none0")) : new("created", T("stacks.notMade"))
        : service.Containers.Select(Of).MinBy(look => look.Rank);

    public static StateLook Of(Stack stack)
    {
        var services = stack.Services.Where(service => service.Wanted > 0 || service.Containers.Length > 0).Select(Of).ToArray();
        if (services.FirstOrDefault(look => look.Key is "unhealthy" or "oom" or "failed") is { Key: not null } bad)
            return bad;
        if (stack.Running == 0)
            return new("exited", stack.Services.Any(service => service.Containers.Length > 0) ? T("stacks.stopped") : T("stacks.down"));
        return stack.Running >= stack.Wanted ? new("running", T("state.running")) : new("paused", T("stacks.partly", stack.Running, stack.Wanted));
    }
}
