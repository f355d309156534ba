using Brig.Engine.Networks;
using Brig.Web.Components.Parts;

namespace Brig.Web.Tests.Parts;

public sealed class PortLinksTests
{
    [Theory]
    [InlineData(null, 8080, 80, "http://box:8620/~x/", "http://box:8080/")]
    [InlineData("0.0.0.0", 8080, 80, "http://box:8620/~x/", "http://box:8080/")]
    [InlineData("::", 8080, 80, "http://[2001:db8::1]:8620/", "http://[2001:db8::1]:8080/")]
    [InlineData(null, 9443, 8443, "https://box/~x/", "https://box:9443/")]
    [InlineData("192.0.2.7", 8080, 80, "http://box:8620/", "http://192.0.2.7:8080/")]
    [InlineData("127.0.0.1", 8080, 80, "http://localhost:8620/", "http://127.0.0.1:8080/")]
    [InlineData("::1", 8080, 80, "http://127.0.0.1:8620/", "http://[::1]:8080/")]
    [InlineData("127.0.0.1", 8080, 80, "http://box:8620/", null)]
    public void Of_ATcpPort_IsWhereThisBrowserReachesIt(string? host, int outside, int inside, string page, string? link) =>
        Assert.Equal(link, PortLinks.Of(new(host, outside, inside, PortProtocol.Tcp, 1), new(page)));

    [Fact]
    public void Of_UdpOrARange_IsNoLink()
    {
        Assert.Null(PortLinks.Of(new(null, 53, 53, PortProtocol.Udp, 1), new("http://box/")));
        Assert.Null(PortLinks.Of(new(null, 9000, 9000, PortProtocol.Tcp, 3), new("http://box/")));
    }
}
