using System.Net;
using System.Text;

namespace Brig.Engine.Containers;

/// <summary>The three files of /etc that are the container's own: hosts, hostname, resolv.conf.</summary>
internal static class HostFiles
{
    /// <param name="hostname">Null: the UTS namespace is not the container's own, its name is not known here.</param>
    public static void Write(string folder, string? hostname, ContainerSpec spec)
    {
        var hosts = new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        if (hostname is not null)
        {
            hosts.Append("127.0.1.1\t").Append(hostname).Append('\n');
        }
        foreach (string extra in spec.ExtraHosts)
        {
            var (name, address) = ParseHost(extra);
            hosts.Append(address).Append('\t').Append(name).Append('\n');
        }
        File.WriteAllText(folder + "/hosts", hosts.ToString());
        File.WriteAllText(folder + "/hostname", (hostname ?? Environment.MachineName) + "\n");
        File.WriteAllText(folder + "/resolv.conf", spec.Dns.IsEmpty ? Resolvers() : string.Concat(spec.Dns.Select(server => $"nameserver {server}\n")));
    }

    /// <param name="text"><c>name:address</c>; the address may be IPv6.</param>
    /// <exception cref="EngineException">Invalid.</exception>
    public static (string Name, IPAddress Address) ParseHost(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && IPAddress.TryParse(text.AsSpan(colon + 1), out var address) && text[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? (text[..colon], address)
            : throw EngineException.Invalid($"The extra host \"{Text.Short(text)}\" is not name:address.");
    }

    private static string Resolvers()
    {
        try
        {
            return File.ReadAllText("/etc/resolv.conf");
        }
        catch (IOException)
        {
            return "";   // a host without one has no name service to give on
        }
    }
}
