using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Brig.Engine.Networks;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Networks;

/// <summary>A network while it is typed: what is wrong with each field, and the spec that comes of it. The engine has the last word.</summary>
public sealed partial class NetworkModel
{
    private const int LeastMtu = 576, LeastMtu6 = 1280, MostMtu = 65_535;

    public string Name { get; set; } = "";
    public string Subnet { get; set; } = "";
    public string Gateway { get; set; } = "";
    public string Range { get; set; } = "";
    public bool Ipv6 { get; set; }
    public string Subnet6 { get; set; } = "";
    public bool Internal { get; set; }
    public bool Open { get; set; }
    public bool Masquerade { get; set; } = true;
    public string Mtu { get; set; } = "";

    /// <summary>Those there are, to tell at once what is taken.</summary>
    public ImmutableArray<Network> Others { get; set; } = [];

    public bool IsRight => Wrong(nameof(Name)) is null && Wrong(nameof(Subnet)) is null && Wrong(nameof(Gateway)) is null && Wrong(nameof(Range)) is null && Wrong(nameof(Subnet6)) is null && Wrong(nameof(Mtu)) is null;

    /// <summary>A sentence; null: it is right, or empty and may be.</summary>
    public string? Wrong(string field) => field switch
    {
        nameof(Name) => WrongName(Name.Trim()),
        nameof(Subnet) => WrongSubnet(Subnet.Trim(), AddressFamily.InterNetwork),
        nameof(Subnet6) => Ipv6 ? WrongSubnet(Subnet6.Trim(), AddressFamily.InterNetworkV6) : null,
        nameof(Gateway) => WrongGateway(Gateway.Trim()),
        nameof(Range) => WrongRange(Range.Trim()),
        nameof(Mtu) => Mtu.Trim().Length == 0 || (int.TryParse(Mtu, NumberStyles.None, CultureInfo.InvariantCulture, out var mtu) && mtu >= (Ipv6 ? LeastMtu6 : LeastMtu) && mtu <= MostMtu)
            ? null : T("networks.wrongMtu", Ipv6 ? LeastMtu6 : LeastMtu, MostMtu),
        _ => null,
    };

    public NetworkSpec ToSpec()
    {
        var subnets = ImmutableArray.CreateBuilder<SubnetSpec>();
        if (Text(Subnet) is { } subnet)
            subnets.Add(new(subnet) { Gateway = Text(Gateway), Range = Text(Range) });
        if (Ipv6 && Text(Subnet6) is { } subnet6)
            subnets.Add(new(subnet6));
        return new()
        {
            Name = Text(Name), Subnets = subnets.ToImmutable(), EnableIpv6 = Ipv6, Internal = Internal, Isolated = !Open, Masquerade = Masquerade,
            Mtu = int.TryParse(Mtu, CultureInfo.InvariantCulture, out var mtu) ? mtu : null,
        };
    }

    private string? WrongName(string name) =>
        name.Length == 0 ? null
        : !Rule().IsMatch(name) ? T("networks.wrongName")
        : Others.Any(n => n.Name == name) ? T("networks.nameTaken") : null;

    private string? WrongSubnet(string text, AddressFamily family)
    {
        if (text.Length == 0)
            return Gateway.Trim().Length + Range.Trim().Length > 0 && family == AddressFamily.InterNetwork ? T("networks.subnetFirst") : null;
        if (!IPNetwork.TryParse(text, out var subnet) || subnet.BaseAddress.AddressFamily != family)
            return (family == AddressFamily.InterNetwork ? T("networks.wrongSubnet") : T("networks.wrongSubnet6"));
        return Others.FirstOrDefault(n => Meets(subnet, n.Plan.Ipv4) || Meets(subnet, n.Plan.Ipv6)) is { } other ? T("networks.overlaps", other.Name) : null;
    }

    private string? WrongGateway(string text) =>
        text.Length == 0 ? null
        : !IPAddress.TryParse(text, out var address) ? T("networks.wrongAddress")
        : IPNetwork.TryParse(Subnet.Trim(), out var subnet) && !subnet.Contains(address) ? T("networks.outsideSubnet") : null;

    private string? WrongRange(string text) =>
        text.Length == 0 ? null
        : !IPNetwork.TryParse(text, out var range) ? T("networks.wrongSubnet")
        : IPNetwork.TryParse(Subnet.Trim(), out var subnet) && !(subnet.Contains(range.BaseAddress) && range.PrefixLength >= subnet.PrefixLength) ? T("networks.outsideSubnet") : null;

    private static bool Meets(IPNetwork subnet, SubnetPlan? other) =>
        other is not null && IPNetwork.TryParse(other.Subnet, out var taken) && (taken.Contains(subnet.BaseAddress) || subnet.Contains(taken.BaseAddress));

    private static string? Text(string typed) => typed.Trim() is { Length: > 0 } text ? text : null;

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
