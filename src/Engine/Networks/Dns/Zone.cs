using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Brig.Engine.Networks.Dns;

/// <summary>Who is on one network, by name; never changed, but made anew. Reading allocates nothing and locks nothing.</summary>
internal sealed class Zone
{
    private const string Hex = "0123456789abcdef";

    private readonly Dictionary<string, Found>.AlternateLookup<ReadOnlySpan<char>> _names;

    /// <param name="network">Its name: <c>web</c> is found as <c>web.network</c> too, and that is what an address leads back to.</param>
    /// <param name="isInternal">Who is on no other network is told nothing of names elsewhere.</param>
    public Zone(string network, bool isInternal, ImmutableArray<NamedEndpoint> endpoints)
    {
        IsInternal = isInternal;
        network = network.ToLowerInvariant();
        Dictionary<string, Building> all = new(endpoints.Length * 6, StringComparer.Ordinal);
        foreach (var endpoint in endpoints)
        {
            foreach (string name in endpoint.Names.Select(n => n.ToLowerInvariant()).Distinct(StringComparer.Ordinal))
            {
                At(all, name).Add(endpoint);
                At(all, $"{name}.{network}").Add(endpoint);
            }
            if (endpoint.Names is [var first, ..])
            {
                foreach (var address in endpoint.Addresses)
                {
                    At(all, Reverse(address)).Pointer ??= $"{first.ToLowerInvariant()}.{network}";
                }
            }
        }
        Dictionary<string, Found> names = new(all.Count, StringComparer.Ordinal);
        foreach (var (name, built) in all)
        {
            names.Add(name, built.Done());
        }
        _names = names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool IsInternal { get; }

    /// <param name="name">Lower case.</param>
    public Found? Find(ReadOnlySpan<char> name) => _names.TryGetValue(name, out var found) ? found : null;

    /// <summary>The name under which a PTR record tells an address' name (RFC 1035, 3.5; RFC 3596, 2.5).</summary>
    public static string Reverse(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        StringBuilder text = new();
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            if (bytes.Length == 4)
            {
                text.Append(bytes[i]).Append('.');
            }
            else
            {
                text.Append(Hex[bytes[i] & 0xF]).Append('.').Append(Hex[bytes[i] >> 4]).Append('.');
            }
        }
        return text.Append(bytes.Length == 4 ? "in-addr.arpa" : "ip6.arpa").ToString();
    }

    private static Building At(Dictionary<string, Building> all, string name) => all.TryGetValue(name, out var built) ? built : all[name] = new();

    private sealed class Building
    {
        private readonly List<NamedEndpoint> _who = [];

        public string? Pointer { get; set; }

        public void Add(NamedEndpoint endpoint) => _who.Add(endpoint);

        /// <summary>Of several those that are ready; all where none is, for then asking is worth a try, and a check may be wrong.</summary>
        public Found Done()
        {
            var addresses = (_who.Exists(one => one.Ready) ? _who.Where(one => one.Ready) : _who).SelectMany(one => one.Addresses).ToArray();
            return new(Bytes(addresses, AddressFamily.InterNetwork), Bytes(addresses, AddressFamily.InterNetworkV6), Pointer);
        }

        private static byte[] Bytes(IPAddress[] addresses, AddressFamily family) =>
            [.. addresses.Where(address => address.AddressFamily == family).SelectMany(address => address.GetAddressBytes())];
    }

    /// <summary>What a name stands for.</summary>
    /// <param name="v4">Four bytes each.</param>
    /// <param name="v6">Sixteen bytes each.</param>
    /// <param name="pointer">Where an address' name leads.</param>
    public sealed class Found(byte[] v4, byte[] v6, string? pointer)
    {
        private uint _turn;

        public string? Pointer => pointer;

        /// <summary>The addresses of a family, one after another, and with which to begin: another each time, so that who takes the first shares among all.</summary>
        public ReadOnlySpan<byte> Addresses(DnsType type, out int begin)
        {
            byte[] all = type == DnsType.A ? v4 : v6;
            int count = all.Length / (type == DnsType.A ? 4 : 16);
            begin = count > 1 ? (int)(Interlocked.Increment(ref _turn) % (uint)count) : 0;
            return all;
        }
    }
}
