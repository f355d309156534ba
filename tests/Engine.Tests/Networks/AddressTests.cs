using System.Net;
using System.Net.Sockets;
using Brig.Engine.Networks.Addresses;
using Brig.Linux.Net;

namespace Brig.Engine.Tests.Networks;

public sealed class AddressTests
{
    [Theory]
    [InlineData("10.5.0.0/24", "10.5.0.0/24", "10.5.0.255")]
    [InlineData("fd00::/64", "fd00::/64", "fd00::ffff:ffff:ffff:ffff")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255")]
    [InlineData("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("10.5.0.7/24", null, null)]
    [InlineData("10.5.0.0/33", null, null)]
    [InlineData("10.5.0.0", null, null)]
    [InlineData("10.5/16", null, null)]
    [InlineData("::ffff:10.0.0.0/104", null, null)]
    [InlineData("fe80::%1/64", null, null)]
    [InlineData("10.5.0.0/-1", null, null)]
    public void TryParse_Text_TheSubnetItIs(string text, string? subnet, string? last)
    {
        var parsed = Subnet.TryParse(text);
        Assert.Equal(subnet, parsed?.ToString());
        Assert.Equal(last, parsed is { } found ? found.Text(found.Last) : null);
    }

    [Fact]
    public void Take_AllOfARange_EachOnceAndNeverTheGateway()
    {
        var book = Book("10.0.0.0/29", "10.0.0.0/29", "10.0.0.1");
        var given = Enumerable.Range(0, 5).Select(_ => Text(book.Take())).ToArray();
        Assert.Equal(["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"], given);
        Assert.Equal("none", Text(book.Take()));
        book.Release(Subnet.Value(IPAddress.Parse("10.0.0.4")));
        Assert.Equal("10.0.0.4", Text(book.Take()));
    }

    [Fact]
    public void Take_WhatWasGivenBack_IsTheLastToBeGivenAgain()
    {
        var book = Book("10.0.0.0/29", "10.0.0.0/29", "10.0.0.1");
        var first = book.Take()!.Value;
        book.Release(first);
        Assert.Equal("10.0.0.3", Text(book.Take()));
    }

    [Fact]
    public void Take_ASmallRangeOfASubnet_OnlyFromThere()
    {
        var book = Book("10.0.0.0/24", "10.0.0.128/31", "10.0.0.1");
        Assert.Equal(["10.0.0.128", "10.0.0.129"], new[] { Text(book.Take()), Text(book.Take()) });
        Assert.Equal("none", Text(book.Take()));
        Assert.True(book.TryTake(Subnet.Value(IPAddress.Parse("10.0.0.5"))));
    }

    [Theory]
    [InlineData("10.0.0.0/16:24", "10.0.0.0/24", "10.0.1.0/24")]
    [InlineData("10.0.0.0/24:24,10.9.0.0/16:24", "10.0.0.0/8", null)]
    [InlineData("10.0.0.0/24:24,11.9.0.0/16:24", "10.0.0.0/8", "11.9.0.0/24")]
    [InlineData("10.0.0.0/8:30", "10.0.0.0/9", "10.128.0.0/30")]
    [InlineData("10.0.0.0/16:24", "10.0.0.77/32", "10.0.1.0/24")]
    public void Take_FromPools_TheFirstPieceThatIsFree(string pools, string taken, string? expected) =>
        Assert.Equal(expected, AddressPools.TryParse(pools)!.Take(AddressFamily.InterNetwork, default, [Subnet.TryParse(taken)!.Value])?.ToString());

    [Fact]
    public void Take_Ipv6WithoutAPool_OfOnesOwn()
    {
        var own = Subnet.TryParse("fd12:3456:789a::/48")!.Value;
        Assert.Equal("fd12:3456:789a::/64", AddressPools.Default.Take(AddressFamily.InterNetworkV6, own, [])?.ToString());
        Assert.Equal("fd12:3456:789a:1::/64", AddressPools.Default.Take(AddressFamily.InterNetworkV6, own, [Subnet.TryParse("fd12:3456:789a::/64")!.Value])?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/16")]
    [InlineData("10.0.0.0/16:15")]
    [InlineData("10.0.0.0/16:31")]
    [InlineData("fd00::/48:64")]
    [InlineData("10.0.0.1/16:24")]
    public void TryParse_NoPools_Null(string text) => Assert.Null(AddressPools.TryParse(text));

    [Fact]
    public void LinkLocal_OfAMac_AsTheKernelMakesIt()
    {
        Assert.True(MacAddress.TryParse("02:42:0a:05:00:02", out var mac));
        Assert.Equal("fe80::42:aff:fe05:2", LinkLocal.Of(mac).ToString());
    }

    private static AddressBook Book(string subnet, string range, string gateway) =>
        new(Subnet.TryParse(subnet)!.Value, Subnet.TryParse(range)!.Value, Subnet.Value(IPAddress.Parse(gateway)));

    private static string Text(UInt128? address) => address is { } value ? Subnet.Address(AddressFamily.InterNetwork, value).ToString() : "none";
}
