using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>From what a client asks of a network to Brig's own words.</summary>
internal static class NetworkOptions
{
    private const string Bridge = "com.docker.network.bridge.", Name = Bridge + "name", Masquerade = Bridge + "enable_ip_masquerade", Among = Bridge + "enable_icc",
        Binding = Bridge + "host_binding_ipv4", IsDefault = Bridge + "default_bridge", Mtu = "com.docker.network.driver.mtu";

    /// <exception cref="EngineException">Invalid, or NotFound for a driver that Brig does not have.</exception>
    /// <exception cref="DockerException">What belongs to Swarm; a predefined name.</exception>
    public static NetworkSpec Read(NetworkCreateBody body)
    {
        string name = body.Name ?? "";
        if (NetworkNames.IsPredefined(name))
        {
            throw DockerException.Forbidden($"operation is not permitted on predefined {name} network");
        }
        if (name.Length == 0)
        {
            throw EngineException.Invalid("invalid network name: name is empty");
        }
        if (body.Ingress == true || body.Scope is "swarm" || body.Driver is "overlay")
        {
            throw Swarm.NotAManager;
        }
        if (body.ConfigOnly == true || body.ConfigFrom is { Network.Length: > 0 })
        {
            throw EngineException.Invalid("Brig has no config-only networks; give the network its own configuration.");
        }
        if (body.Driver is { Length: > 0 } driver and not "bridge" and not "default")
        {
            throw driver is "host" or "null" or "none"
                ? DockerException.Forbidden($"only one instance of \"{driver}\" network is allowed")
                : EngineException.NotFound($"could not find plugin {driver} in v1 plugin registry: plugin not found; Brig's networks are bridges");
        }
        if (body.Ipam?.Driver is { Length: > 0 } ipam and not "default")
        {
            throw EngineException.Invalid($"Brig gives the addresses of its networks itself; leave the IPAM driver \"{ipam}\" out.");
        }
        var options = body.Options ?? [];
        if (Flag(options, Among) is false || Flag(options, IsDefault) is true || options.GetValueOrDefault(Binding) is not (null or "" or "0.0.0.0"))
        {
            throw EngineException.Invalid($"Brig's networks do not have the options {Among}=false, {IsDefault} and {Binding}; leave them out, and publish ports on the address you want.");
        }
        return new()
        {
            Name = name,
            Subnets = [.. (body.Ipam?.Config ?? []).Where(config => config is not { Subnet: null or "", Gateway: null or "", Range: null or "" }).Select(Subnet)],
            EnableIpv6 = body.EnableIpv6 ?? false,
            Internal = body.Internal ?? false,
            Attachable = body.Attachable ?? false,
            Labels = (body.Labels ?? []).ToImmutableDictionary(),
            Options = options.Count > 0 ? options.ToImmutableDictionary() : null,
            Bridge = options.GetValueOrDefault(Name) is { Length: > 0 } bridge ? bridge : null,
            Masquerade = Flag(options, Masquerade) ?? true,
            Mtu = Number(options, Mtu),
        };
    }

    /// <summary>What Docker's own <c>bridge</c> tells of itself; clients read its MTU there.</summary>
    public static IReadOnlyDictionary<string, string> OfDefault(Network network) => new Dictionary<string, string>
    {
        [IsDefault] = "true",
        [Among] = "true",
        [Masquerade] = "true",
        [Binding] = "0.0.0.0",
        [Name] = network.Plan.Bridge,
        [Mtu] = network.Plan.Mtu.ToString(CultureInfo.InvariantCulture),
    };

    private static SubnetSpec Subnet(NetworkIpamConfig config) => config.Subnet is not { Length: > 0 } subnet
        ? throw EngineException.Invalid("invalid network config: a gateway or a range needs the subnet it is in")
        : new(subnet)
        {
            Gateway = config.Gateway is { Length: > 0 } gateway ? gateway.Split('/')[0] : null,   // clients write it with its prefix length, too
            Range = config.Range is { Length: > 0 } range ? range : null,
            Reserved = config.Auxiliary is { Count: > 0 } reserved ? reserved.ToImmutableDictionary() : null,
        };

    private static bool? Flag(Dictionary<string, string> options, string key) => options.GetValueOrDefault(key) switch
    {
        null or "" => null,
        "1" or "true" or "True" or "TRUE" or "t" or "T" => true,
        "0" or "false" or "False" or "FALSE" or "f" or "F" => false,
        var other => throw EngineException.Invalid($"The option {key} is true or false; it is \"{other}\"."),
    };

    private static int? Number(Dictionary<string, string> options, string key) => options.GetValueOrDefault(key) switch
    {
        null or "" or "0" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        var other => throw EngineException.Invalid($"The option {key} is a whole number; it is \"{other}\"."),
    };
}
