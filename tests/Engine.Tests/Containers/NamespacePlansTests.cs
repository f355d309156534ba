using Brig.Engine.Containers;
using Brig.Engine.Ids;

namespace Brig.Engine.Tests.Containers;

/// <summary>Whose users a container gets about which nothing was said.</summary>
public sealed class NamespacePlansTests
{
    private const string Cannot = "Containers cannot have users of their own on this machine (it is old)";

    private readonly ContainerTable _table = new();

    public NamespacePlansTests()
    {
        Add("own", new UserIds(UserIds.Size));
        Add("another", new UserIds(2 * UserIds.Size));
        Add("hosts", null);
    }

    [Fact]
    public void Resolve_NothingSaid_IsNew() => Assert.Equal(NamespaceSpec.New, Resolve(new()));

    [Fact]
    public void Resolve_HostsOthers_IsStillNew() =>
        Assert.Equal(NamespaceSpec.New, Resolve(new() { Pid = NamespaceSpec.Host, Net = NamespaceSpec.Host, Ipc = NamespaceSpec.Host, Uts = NamespaceSpec.Host }));

    [Fact]
    public void Resolve_Privileged_IsTheHosts() => Assert.Equal(NamespaceSpec.Host, Resolve(new(), privileged: true));

    [Fact]
    public void Resolve_SharedNetwork_IsThatOnes() => Assert.Equal(NamespaceSpec.OfContainer("own"), Resolve(new() { Net = NamespaceSpec.OfContainer("own") }));

    [Fact]
    public void Resolve_OnlyNearByAnotherNames_IsThatOnesWhoseProcessesItSees() =>
        Assert.Equal(NamespaceSpec.OfContainer("another"), Resolve(new() { Pid = NamespaceSpec.OfContainer("another"), Uts = NamespaceSpec.OfContainer("own") }));

    [Fact]
    public void Resolve_SharedIpcOnly_IsThatOnes() => Assert.Equal(NamespaceSpec.OfContainer("own"), Resolve(new() { Ipc = NamespaceSpec.OfContainer("own") }));

    [Fact]
    public void Resolve_SharedWithOneThatHasTheHosts_IsTheHosts() => Assert.Equal(NamespaceSpec.Host, Resolve(new() { Net = NamespaceSpec.OfContainer("hosts") }));

    [Fact]
    public void Resolve_MachineCannot_IsTheHostsUnlessAsked()
    {
        Assert.Equal(NamespaceSpec.Host, Resolve(new(), cannot: Cannot));
        var refused = Assert.Throws<EngineException>(() => Resolve(new() { User = NamespaceSpec.New }, cannot: Cannot));
        Assert.Equal(EngineErrorKind.Unavailable, refused.Kind);
        Assert.StartsWith(Cannot, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host")]
    [InlineData("new")]
    public void Resolve_Said_IsThat(string said)
    {
        var user = said == "host" ? NamespaceSpec.Host : NamespaceSpec.New;
        Assert.Equal(user, Resolve(new() { User = user, Net = NamespaceSpec.OfContainer("own") }));
    }

    [Fact]
    public void Check_AutoOfAnotherKind_IsRefused() =>
        Assert.Contains("net", Assert.Throws<EngineException>(() => NamespacePlans.Check(new() { Net = NamespaceSpec.Auto }, privileged: false)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(NamespaceSource.New)]
    [InlineData(NamespaceSource.Container)]
    public void Check_PrivilegedWithOtherUsers_IsRefused(NamespaceSource source) =>
        Assert.Throws<EngineException>(() => NamespacePlans.Check(new() { User = new(source, "own") }, privileged: true));

    private NamespaceSpec Resolve(Namespaces asked, bool privileged = false, string? cannot = null) =>
        NamespacePlans.Resolve(new() { Image = "i", Namespaces = asked, Privileged = privileged }, _table, cannot).User;

    private void Add(string name, UserIds? ids)
    {
        var id = ContainerId.New();
        _table.ClaimName(name, id);
        _table.Add(new(id, name, new() { Image = "i" }, new(ContainerStatus.Created), DateTimeOffset.UnixEpoch, "sha256:0", "true", 1) { Ids = ids });
    }
}
