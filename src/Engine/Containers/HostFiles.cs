using System.Collections.Immutable;
using System.Net;
using System.Text;
using Brig.Engine.Networks.Dns;
using Brig.Linux;

namespace Brig.Engine.Containers;

/// <summary>The three files of /etc that are the container's own: hosts, hostname, resolv.conf.</summary>
internal static class HostFiles
{
    private const string HostGateway = "host-gateway";

    public static readonly ImmutableArray<string> Names = ["hosts", "hostname", "resolv.conf"];

    /// <param name="hostname">Null: the UTS namespace is not the container's own, its name is not known here.</param>
    /// <param name="setup">Of its networks, as far as they are known.</param>
    public static void Write(string folder, string? hostname, Container container, NetworkSetup setup)
    {
        var spec = container.Spec;
        var hosts = new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        var asked = spec.ExtraHosts.Select(extra => ParseHost(extra).Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (address, names) in setup.Hosts)
        {
            if (names.Where(name => !asked.Contains(name)).ToArray() is { Length: > 0 } left)   // what was asked for wins
            {
                hosts.Append(address).Append('\t').AppendJoin(' ', left).Append('\n');
            }
        }
        if (hostname is not null && setup.Hosts.IsEmpty)
        {
            hosts.Append("127.0.1.1\t").Append(spec.Domainname is { } domain ? $"{hostname}.{domain} " : "").Append(hostname).Append('\n');
        }
        foreach (string extra in spec.ExtraHosts)
        {
            var (name, address) = ParseHost(extra);
            if ((address ?? (spec.Namespaces.Net.Source == NamespaceSource.Host ? IPAddress.Loopback : setup.Machine)) is { } known)   // one that cannot be reached is not in the file
            {
                hosts.Append(known).Append('\t').Append(name).Append('\n');
            }
        }
        Put(folder + "/hosts", hosts.ToString());
        Put(folder + "/hostname", (hostname ?? Environment.MachineName) + "\n");
        Put(folder + "/resolv.conf", setup.Resolver is { } resolver ? Resolver(resolver, spec) : Resolvers(spec));
        if (container.Ids is { } ids)
        {
            using var tree = new RootedTree(folder);
            foreach (string file in Names)
            {
                tree.Owner(file, ids.First, ids.First);   // its root may write them
            }
        }
    }

    /// <summary>The container, which runs, got a name server. Its file is the same one as inside; it stays as it is where somebody inside changed it.</summary>
    /// <exception cref="IOException">The disk is full, and the like.</exception>
    public static void ChangeResolver(string folder, ContainerSpec spec, ResolverPlan resolver)
    {
        string path = folder + "/resolv.conf", before = Resolvers(spec);
        if (new FileInfo(path) is { Exists: true } file && file.Length == Encoding.UTF8.GetByteCount(before) && File.ReadAllText(path) == before)
        {
            Put(path, Resolver(resolver, spec));
        }
    }

    /// <param name="text"><c>name:address</c>; the address may be IPv6.</param>
    /// <returns>Null for <c>host-gateway</c>.</returns>
    /// <exception cref="EngineException">Invalid.</exception>
    public static (string Name, IPAddress? Address) ParseHost(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        IPAddress? address = null;
        return colon > 0 && (text.AsSpan(colon + 1) is HostGateway || IPAddress.TryParse(text.AsSpan(colon + 1), out address)) && text[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? (text[..colon], address)
            : throw EngineException.Invalid($"The extra host \"{Engine.Text.Short(text)}\" is not name:address.");
    }

    /// <summary>Reads first, because that is quicker; and no more than was written, because the container may have made it as long as the disk.</summary>
    private static void Put(string path, string text)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(text);
        if (new FileInfo(path) is { Exists: true } file && file.Length == wanted.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(wanted))
        {
            return;
        }
        File.WriteAllBytes(path, wanted);
    }

    private static string Resolver(ResolverPlan plan, ContainerSpec spec) => Text(plan.Servers.Select(server => server.ToString()), Search(spec, plan.Search), Options(spec, plan.Options));

    /// <summary>Of a container without networks.</summary>
    private static string Resolvers(ContainerSpec spec)
    {
        string host = HostResolver();
        if (spec.Dns.IsEmpty && spec.DnsSearch.IsEmpty && spec.DnsOptions.IsEmpty)
        {
            return host;
        }
        var conf = ResolvConf.Parse(host);
        return Text(spec.Dns.IsEmpty ? conf.Servers.Select(server => server.Address.ToString()) : spec.Dns, Search(spec, spec.Dns.IsEmpty ? conf.Search : []), Options(spec, []));
    }

    private static string HostResolver()
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

    private static ImmutableArray<string> Search(ContainerSpec spec, ImmutableArray<string> usual) => spec.DnsSearch is ["."] ? [] : spec.DnsSearch.IsEmpty ? usual : spec.DnsSearch;

    private static IEnumerable<string> Options(ContainerSpec spec, ImmutableArray<string> usual)
    {
        var own = spec.DnsOptions.Select(Name).ToHashSet();
        return usual.Where(option => !own.Contains(Name(option))).Concat(spec.DnsOptions);
        static string Name(string option) => option.Split(':')[0];
    }

    private static string Text(IEnumerable<string> servers, IEnumerable<string> search, IEnumerable<string> options) =>
        string.Concat(servers.Select(server => $"nameserver {server}\n")) + Line("search", search) + Line("options", options);

    private static string Line(string keyword, IEnumerable<string> words) => words.Any() ? $"{keyword} {string.Join(' ', words)}\n" : "";
}
