using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Engine.Stacks.Applying;

/// <summary>
/// While two containers of one number run, one of them alone has the names of the service: who asks for it by name must find one that is well. A container has these names by its attachments' aliases, and
/// the name it shall have in the end is among them, for until then it is called otherwise.
/// </summary>
internal static class ServiceNames
{
    /// <summary>The same networks, found there by nobody who does not know its own name.</summary>
    public static ContainerSpec Without(ContainerSpec spec) => spec with { Networks = spec.Networks is { } networks ? [.. networks.Select(network => network with { Aliases = [] })] : null };

    /// <summary>From now on <paramref name="to"/> is found and <paramref name="from"/> is not. At no moment neither is.</summary>
    /// <param name="from">Null: it is gone.</param>
    /// <param name="asked">What <paramref name="to"/> is to be found by, on which networks.</param>
    /// <param name="name">What it is called in the end.</param>
    public static async Task HandOverAsync(INetworks networks, Container? from, Container to, IEnumerable<NetworkAttachment> asked, string name, CancellationToken stop)
    {
        foreach (var network in asked)
        {
            await Quiet.Async(() => networks.ChangeAliasesAsync(to.Id.Value, network.Network, [.. network.Aliases.Append(name).Distinct(StringComparer.OrdinalIgnoreCase)], stop));
        }
        foreach (var network in from?.Spec.Networks ?? [])
        {
            await Quiet.Async(() => networks.ChangeAliasesAsync(from!.Id.Value, network.Network, [], stop));
        }
    }
}
