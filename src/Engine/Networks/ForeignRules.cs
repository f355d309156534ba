using System.Collections.Immutable;
using Brig.Engine.Networks.Rules;
using Brig.Linux;
using Brig.Linux.Net;

namespace Brig.Engine.Networks;

/// <summary>
/// Other people's firewalls. Where a chain of theirs drops what is forwarded, an accept of ours changes nothing, for every chain of a hook must let a packet through: so two rules go into that chain, with our
/// name as comment, and are taken out with the network. In Docker's table they go where Docker wants them, DOCKER-USER. What may pass is still decided by our own chain. Used under the wiring's lock.
/// </summary>
internal sealed class ForeignRules(HostNetwork host, EnginePaths paths)
{
    private const string Docker = "DOCKER-USER";

    private ImmutableDictionary<string, Network> _let = ImmutableDictionary<string, Network>.Empty;

    /// <summary>Lets what comes from and goes to this network pass the others' chains.</summary>
    public void Let(Network network)
    {
        _let = _let.SetItem(network.Plan.Bridge, network);
        Renew();
    }

    public void Forget(Network network)
    {
        _let = _let.Remove(network.Plan.Bridge);
        Renew();
    }

    /// <summary>Adds what is missing, for another firewall may have come or been reloaded, and removes what is ours and no more wanted.</summary>
    public void Renew()
    {
        var all = Chains.All(host.Rules);
        foreach (var chain in Dropping(all).Select(chain => all.FirstOrDefault(other => other.Name == Docker && other.Family == chain.Family && other.Table == chain.Table) ?? chain).Concat(Emptied(all)).Distinct())
        {
            Renew(chain, wanted: Dropping(all).Any(dropping => dropping.Table == chain.Table && dropping.Family == chain.Family));
        }
    }

    private void Renew(Chain chain, bool wanted)
    {
        var ours = Chains.Comments(host.Rules, chain).Where(rule => rule.Comment.StartsWith(paths.Instance + " ", StringComparison.Ordinal)).ToArray();
        var asked = wanted ? _let.Keys.Select(Comment).ToHashSet() : [];
        string place = $"{chain.Family} {chain.Table} {chain.Name}";
        var commands = ours.Where(rule => !asked.Contains(rule.Comment)).Select(rule => $"delete rule {place} handle {rule.Handle}")
            .Concat(_let.Keys.Where(bridge => wanted && ours.All(rule => rule.Comment != Comment(bridge))).SelectMany(bridge => new[]
            {
                $"insert rule {place} oifname \"{bridge}\" counter accept comment \"{Comment(bridge)}\"",
                $"insert rule {place} iifname \"{bridge}\" counter accept comment \"{Comment(bridge)}\"",
            })).ToArray();
        if (commands.Length == 0)
        {
            return;
        }
        try
        {
            host.Rules.Run(string.Join('\n', commands) + "\n");
        }
        catch (NftException)
        {
            // It was reloaded meanwhile; the next look finds it as it is then.
        }
    }

    /// <summary>Chains of forwarded packets that drop what nobody accepts; firewalld's rejects it by its last rule.</summary>
    private static IEnumerable<Chain> Dropping(ImmutableArray<Chain> all) => all.Where(chain => chain.Hook == "forward" && chain.Family is "ip" or "ip6" or "inet" && !IsABrigs(chain)
        && chain.Hook == "forward" && (chain.Drops || chain is { Table: "firewalld", Name: "filter_FORWARD" }));

    /// <summary>Those that may still hold rules of ours although they drop nothing any more.</summary>
    private static IEnumerable<Chain> Emptied(ImmutableArray<Chain> all) => all.Where(chain => !IsABrigs(chain) && chain.Family is "ip" or "ip6" or "inet" && !IsABrigs(chain) && (chain.Hook == "forward" || chain.Name == Docker));

    private static bool IsABrigs(Chain chain) => chain.Table.StartsWith("brig-", StringComparison.Ordinal);

    private string Comment(string bridge) => $"{paths.Instance} {bridge}";
}
