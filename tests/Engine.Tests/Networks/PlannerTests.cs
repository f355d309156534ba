using System.Collections.Immutable;
using Brig.Engine.Networks;
using Brig.Engine.Networks.Addresses;

namespace Brig.Engine.Tests.Networks;

public sealed class PlannerTests
{
    public static TheoryData<NetworkSpec, string> Wrong => new()
    {
        { new() { Subnets = [new("10.5.0.7/24")] }, "is an address inside a subnet; the subnet is 10.5.0.0/24" },
        { new() { Subnets = [new("hello")] }, "\"hello\" is no subnet" },
        { new() { Subnets = [new("127.5.0.0/24")] }, "overlaps with 127.0.0.0/8" },
        { new() { Subnets = [new("240.0.0.0/8")] }, "overlaps with 224.0.0.0/3" },
        { new() { Subnets = [new("10.5.0.0/31")] }, "too small" },
        { new() { Subnets = [new("10.5.0.0/24"), new("10.6.0.0/24")] }, "two of IPv4" },
        { new() { Subnets = [new("fd00::/64")] }, "enableIPv6 is off" },
        { new() { Subnets = [new("10.5.0.0/24") { Gateway = "10.6.0.1" }] }, "no address of the subnet" },
        { new() { Subnets = [new("10.5.0.0/24") { Gateway = "10.5.0.255" }] }, "nobody can have" },
        { new() { Subnets = [new("10.5.0.0/24") { Range = "10.5.0.0/23" }] }, "no part of the subnet" },
        { new() { Mtu = 500 }, "from 576 to 65535" },
        { new() { Mtu = 1000, EnableIpv6 = true }, "from 1280 to 65535" },
        { new() { Subnets = [new("10.5.0.0/24") { Reserved = ImmutableDictionary<string, string>.Empty.Add("router", "10.6.0.9") }] }, "\"10.6.0.9\", reserved for router, is no address of the subnet" },
        { new() { Bridge = "a/b" }, "cannot be the name of a bridge" },
        { new() { Bridge = "sixteen-letters-" }, "cannot be the name of a bridge" },
        { new() { Bridge = "br-0a1b2c3d" }, "cannot be the name of a bridge" },
        { new() { Name = "host" }, "already means something" },
        { new() { Name = "a b" }, "cannot be a name" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_WrongSpec_OneSentence(NetworkSpec spec, string part)
    {
        var refused = Assert.Throws<EngineException>(() => NetworkPlanner.Check(spec));
        Assert.Equal(EngineErrorKind.Invalid, refused.Kind);
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_NothingSaid_FromThePools()
    {
        var plan = NetworkPlanner.Plan(new() { EnableIpv6 = true }, "br-0", AddressPools.Default, NetworkPlanner.UniqueLocal("brig-1"), [new(Subnet.TryParse("172.16.0.0/20")!.Value, "somebody's")]);
        Assert.Equal(new SubnetPlan("172.16.16.0/20", "172.16.16.1", "172.16.16.0/20"), plan.Ipv4);
        Assert.StartsWith("fd", plan.Ipv6!.Subnet, StringComparison.Ordinal);
        Assert.EndsWith("::/64", plan.Ipv6.Subnet, StringComparison.Ordinal);
        Assert.NotEqual(NetworkPlanner.UniqueLocal("brig-1"), NetworkPlanner.UniqueLocal("brig-2"));
    }

    [Fact]
    public void Plan_PoolsAreFull_SaysSo()
    {
        var refused = Assert.Throws<EngineException>(() => NetworkPlanner.Plan(new(), "br-0", AddressPools.TryParse("10.0.0.0/24:24")!, default, [new(Subnet.TryParse("10.0.0.0/8")!.Value, "network \"web\"")]));
        Assert.Equal(EngineErrorKind.Conflict, refused.Kind);
        Assert.Contains("BRIG_POOLS=10.0.0.0/24:24 are taken", refused.Message, StringComparison.Ordinal);
    }
}
