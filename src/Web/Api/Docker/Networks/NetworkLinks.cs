using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>
/// Docker's links on a network, <c>container:alias</c>: names that one container has for others. Brig's names are a network's, so the other is found by that name by everybody who is on it with them.
/// </summary>
internal static class NetworkLinks
{
    /// <param name="network">In Brig's words.</param>
    /// <exception cref="EngineException">NotFound: the other, or it is not on this network. Invalid: no link.</exception>
    public static async Task GiveAsync(IContainers containers, INetworks networks, string network, IEnumerable<string> links, CancellationToken stop)
    {
        string id = NetworkTelling.Find(networks, network).Id;
        foreach (string link in links)
        {
            string[] parts = link.Split(':');
            if (parts.Length > 2 || parts.Any(string.IsNullOrEmpty))
            {
                throw EngineException.Invalid($"bad format for links: {link}");
            }
            var other = containers.Named(parts[0]);
            var place = other.Endpoints.FirstOrDefault(endpoint => endpoint.NetworkId == id)
                ?? throw EngineException.NotFound($"Cannot link to {parts[0]}: it is not on network {NetworkNames.ToDocker(network)}; connect it first.");
            // Docker writes the alias, the host name and the name into /etc/hosts; the last is a name anyway.
            string[] missing = [.. new[] { parts[^1].TrimStart('/'), other.Spec.Hostname }.OfType<string>()
                .Where(name => name != other.Name && !place.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase)];
            if (missing.Length > 0)
            {
                await networks.ChangeAliasesAsync(other.Id.Value, id, place.Aliases.AddRange(missing), stop);
            }
        }
    }
}
