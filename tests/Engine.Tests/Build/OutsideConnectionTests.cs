using System.Net;
using Brig.Engine.Build;

namespace Brig.Engine.Tests.Build;

public sealed class OutsideConnectionTests
{
    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("203.0.113.7", true)]
    [InlineData("2001:db8::1", true)]
    public void IsOutside_Address_IsNeitherThisMachineNorItsLink(string address, bool outside) => Assert.Equal(outside, OutsideConnection.IsOutside(IPAddress.Parse(address)));
}
