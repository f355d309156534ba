using Brig.Engine.Networks;
using Brig.Web.Components.Parts;

namespace Brig.Web.Tests.Parts;

public sealed class PortWordsTests
{
    public static TheoryData<string, PortSpec> Right => new()
    {
        { "80", new(80) },
        { "8080:80", new(80) { HostPort = 8080 } },
        { "127.0.0.1:8080:80", new(80) { HostPort = 8080, HostAddress = "127.0.0.1" } },
        { "127.0.0.1::80", new(80) { HostAddress = "127.0.0.1" } },
        { "[::1]:8080:80", new(80) { HostPort = 8080, HostAddress = "::1" } },
        { "53:53/udp", new(53) { HostPort = 53, Protocol = PortProtocol.Udp } },
        { "9000-9003:7000-7003", new(7000) { HostPort = 9000, Count = 4 } },
    };

    [Theory]
    [MemberData(nameof(Right))]
    public void One_AsDockerWritesIt_ThatPortAndBack(string text, PortSpec port)
    {
        Assert.Equal(port, PortWords.One(text));
        Assert.Equal(text, PortWords.Docker(port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("0")]
    [InlineData("70000:80")]
    [InlineData("8080-8082:80")]
    [InlineData("host:8080:80")]
    [InlineData("1:2:3:4")]
    [InlineData("80/sctp")]
    [InlineData("65535:80-81")]
    public void One_NoPort_Null(string text) => Assert.Null(PortWords.One(text));

    [Fact]
    public void Of_APublishedPort_BothSides()
    {
        Assert.Equal("127.0.0.1:8080→80/udp", PortWords.Of(new("127.0.0.1", 8080, 80, PortProtocol.Udp, 1)));
        Assert.Equal("9000-9001→7000-7001", PortWords.Of(new(null, 9000, 7000, PortProtocol.Tcp, 2)));
    }

    [Fact]
    public void ToSpec_NetworksAndPorts_AndTheSameAsCommands()
    {
        var model = new CreateModel { Image = "x", Networks = "front, back", Ports = "8080:80\n53:53/udp" };
        var spec = model.ToSpec();
        Assert.True(model.IsRight);
        Assert.Equal(["front", "back"], spec.Networks!.Value.Select(network => network.Network));
        Assert.Contains("-p 8080:80 -p 53:53/udp --network front --network back", Equivalent.Docker(spec), StringComparison.Ordinal);
        Assert.Contains("""[{"network":"front"},{"network":"back"}]""", Equivalent.Json(spec).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("""{"containerPort":53,"hostPort":53,"protocol":"udp"}""", Equivalent.Json(spec).ToJsonString(), StringComparison.Ordinal);
        model.Namespaces["net"] = "host";
        Assert.NotNull(model.Wrong(nameof(model.Ports)));
        Assert.NotNull(model.Wrong(nameof(model.Networks)));
        Assert.True(new CreateModel { Image = "x", Networks = "none" }.ToSpec().Networks is { IsEmpty: true });
    }
}
