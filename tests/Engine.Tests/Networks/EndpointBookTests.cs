using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Engine.Tests.Networks;

public sealed class EndpointBookTests
{
    private readonly NetworkTable _table = new();
    private readonly EndpointBook _book;
    private readonly ContainerId _one = ContainerId.New(), _two = ContainerId.New();

    public EndpointBookTests()
    {
        _book = new(_table);
        Add("a", "10.1.0.0/29", null);
        Add("b", "10.2.0.0/29", "fd00::/64");
    }

    [Fact]
    public void Take_TwoNetworks_AddressesInterfacesAndMacs()
    {
        var places = _book.Take(_one, [new("a"), new("b") { Aliases = ["db", "DB"] }]);
        Assert.Equal([("eth0", "10.1.0.2", null, "02:42:0a:01:00:02"), ("eth1", "10.2.0.2", "fd00::2", "02:42:0a:02:00:02")], places.Select(place => (place.Interface, place.Ipv4, place.Ipv6, place.Mac)));
        Assert.Equal("db", Assert.Single(places[1].Aliases));
        Assert.Equal(places[0], Assert.Single(_table.Find("a").Now.Endpoints));
    }

    [Fact]
    public void Take_TheSecondIsFull_NothingIsTakenOfTheFirst()
    {
        foreach (int i in Enumerable.Range(3, 4))
        {
            _book.Take(ContainerId.New(), [new("b") { Ipv4 = $"10.2.0.{i}" }]);
        }
        _book.Take(ContainerId.New(), [new("b")]);
        Assert.Throws<EngineException>(() => _book.Take(_one, [new("a"), new("b")]));
        Assert.Empty(_table.Find("a").Now.Endpoints);
        Assert.Equal("10.1.0.2", _book.Take(_two, [new("a") { Ipv4 = "10.1.0.2" }])[0].Ipv4);
    }

    [Theory]
    [InlineData("10.1.0.1", EngineErrorKind.Invalid, "it is the gateway's")]
    [InlineData("10.1.0.7", EngineErrorKind.Invalid, "the first or last")]
    [InlineData("10.9.0.2", EngineErrorKind.Invalid, "its subnet is 10.1.0.0/29")]
    [InlineData("10.1.0.3", EngineErrorKind.Conflict, "in use by container")]
    public void Take_FixedAddressThatCannotBe_OneSentence(string address, EngineErrorKind kind, string part)
    {
        _book.Use(_book.Take(_two, [new("a") { Ipv4 = "10.1.0.3" }]));
        var refused = Assert.Throws<EngineException>(() => _book.Take(_one, [new("a") { Ipv4 = address }]));
        Assert.Equal(kind, refused.Kind);
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_ReservedAddress_IsGivenToNobody()
    {
        SubnetPlan plan = new("10.3.0.0/29", "10.3.0.1", "10.3.0.0/29");
        var spec = new NetworkSpec { Subnets = [new("10.3.0.0/29") { Reserved = ImmutableDictionary<string, string>.Empty.Add("router", "10.3.0.2") }] };
        _table.Add(new("c", "c", spec, new("br-c", plan, null, 1500), new(Up: false), [], DateTimeOffset.UnixEpoch, 1));
        Assert.Equal("10.3.0.3", _book.Take(_one, [new("c")])[0].Ipv4);
        Assert.Equal(EngineErrorKind.Conflict, Assert.Throws<EngineException>(() => _book.Take(_two, [new("c") { Ipv4 = "10.3.0.2" }])).Kind);
    }

    [Fact]
    public void Release_Twice_GivesNobodyElsesAddressBack()
    {
        var places = _book.Take(_one, [new("a")]);
        _book.Release(places);
        Assert.Empty(_table.Find("a").Now.Endpoints);
        _book.Take(_two, [new("a") { Ipv4 = places[0].Ipv4 }]);
        Assert.Single(_table.Find("a").Now.Endpoints);
    }

    /// <summary>Who takes a container's place is made before that one is removed.</summary>
    [Fact]
    public void Take_AddressOfOneThatDoesNotRun_IsBothsAndOneMayRun()
    {
        var first = _book.Take(_one, [new("a") { Ipv4 = "10.1.0.3" }]);
        _book.Use(first);
        _book.Unuse(first);
        var second = _book.Take(_two, [new("a") { Ipv4 = "10.1.0.3" }]);
        _book.Use(second);
        var refused = Assert.Throws<EngineException>(() => _book.Use(first));
        Assert.Equal((EngineErrorKind.Conflict, $"The address 10.1.0.3 on network a is in use: container {_two.Short} runs with it; stop that one first."), (refused.Kind, refused.Message));

        _book.Release(first);
        Assert.Throws<EngineException>(() => _book.Take(ContainerId.New(), [new("a") { Ipv4 = "10.1.0.3" }]));
        _book.Unuse(second);
        _book.Release(second);
        Assert.Equal("10.1.0.3", _book.Take(_one, [new("a") { Ipv4 = "10.1.0.3" }])[0].Ipv4);
    }

    [Fact]
    public async Task Settled_AddressOfOneThatLeaves_WhenItIsGivenBack()
    {
        var first = _book.Take(_one, [new("a") { Ipv4 = "10.1.0.3" }]);
        _book.Leave(first);
        var settled = _book.SettledAsync([new("a") { Ipv4 = "10.1.0.3" }], default);
        Assert.False(settled.IsCompleted);
        await _book.SettledAsync([new("a") { Ipv4 = "10.1.0.4" }, new("b")], default);
        _book.Release(first);
        await settled;
        _book.Take(_two, [new("a") { Ipv4 = "10.1.0.3" }]);
    }

    [Fact]
    public void Take_NetworkIsLeaving_Refused()
    {
        _table.Find("a").Leaving = true;
        Assert.Throws<EngineException>(() => _book.Take(_one, [new("a")]));
    }

    [Fact]
    public void Follow_AChange_IsSeenWithItsEndpoints()
    {
        using var live = _table.Follow();
        _book.Take(_one, [new("a")]);
        Assert.True(live.Changes.TryRead(out var change));
        Assert.Single(change.Network!.Endpoints);
        Assert.Equal(2, live.Snapshot.Length);
    }

    private void Add(string name, string subnet, string? subnet6) => _table.Add(new(
        name, name, new() { Name = name }, new("br-" + name, new(subnet, subnet.Replace(".0/29", ".1", StringComparison.Ordinal), subnet), subnet6 is null ? null : new(subnet6, "fd00::1", subnet6), 1500),
        new(false), ImmutableArray<Endpoint>.Empty, DateTimeOffset.UnixEpoch, 1));
}
