using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Engine.Tests.Networks;

public sealed class AttachmentCheckTests
{
    private static readonly ContainerSpec s_plain = new() { Image = "i" };

    public static TheoryData<ContainerSpec, string> Wrong => new()
    {
        { s_plain with { Ports = [new(0)] }, "Ports go from 1 to 65535" },
        { s_plain with { Ports = [new(65535) { Count = 2 }] }, "Ports go from 1 to 65535" },
        { s_plain with { Ports = [new(80) { HostPort = 65535, Count = 2 }] }, "Ports go from 1 to 65535" },
        { s_plain with { Ports = [new(80) { Count = 5000 }] }, "1 to 4096 ports" },
        { s_plain with { Ports = [new(80) { Count = int.MaxValue }, new(80) { Count = int.MaxValue }] }, "1 to 4096 ports" },
        { s_plain with { Ports = [new(80) { HostAddress = "0.0.0.0" }] }, "leave it out for all" },
        { s_plain with { Ports = [new(80) { HostAddress = "; drop" }] }, "no address of a machine" },
        { s_plain with { Ports = [new(80) { HostPort = 8080 }, new(81) { HostPort = 8079, Count = 2 }] }, "Port 8080 of the machine is asked for twice" },
        { s_plain with { Ports = [new(80)], Networks = [] }, "shall be on none" },
        { s_plain with { Ports = [new(80)], Namespaces = new() { Net = NamespaceSpec.Host } }, "its ports are the machine's already" },
        { s_plain with { Ports = [new(80)], Namespaces = new() { Net = NamespaceSpec.OfContainer("db") } }, "publish them of that container" },
        { s_plain with { Networks = [new("a")], Namespaces = new() { Net = NamespaceSpec.Host } }, "cannot be on networks as well" },
        { s_plain with { Networks = [new("a") { Aliases = ["-x"] }] }, "cannot be an alias" },
        { s_plain with { Networks = [new("a") { Ipv4 = "fd00::1" }] }, "is no IPv4 address" },
        { s_plain with { Networks = [new("a") { Ipv4 = "10.1" }] }, "is no IPv4 address" },
        { s_plain with { Networks = [new("a") { Ipv6 = "10.0.0.1" }] }, "is no IPv6 address" },
        { s_plain with { Networks = [new("a") { Mac = "01:00:5e:00:00:01" }] }, "is no hardware address" },
        { s_plain with { Networks = [new(" ")] }, "has no name" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_WrongSpec_OneSentence(ContainerSpec spec, string part)
    {
        var refused = Assert.Throws<EngineException>(() => AttachmentCheck.Check(spec));
        Assert.Equal(EngineErrorKind.Invalid, refused.Kind);
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_TheSamePortOfTwoAddressesAndProtocols_IsRight() => AttachmentCheck.Check(s_plain with
    {
        Ports =
        [
            new(80) { HostPort = 8080, HostAddress = "127.0.0.1" }, new(81) { HostPort = 8080, HostAddress = "10.0.0.1" }, new(53) { HostPort = 8080, Protocol = PortProtocol.Udp },
            new(80), new(80),
        ],
    });
}
