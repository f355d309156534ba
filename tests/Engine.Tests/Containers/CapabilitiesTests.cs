using Brig.Engine.Containers;
using Brig.Linux.Wire;

namespace Brig.Engine.Tests.Containers;

public class CapabilitiesTests
{
    private const ulong NetAdmin = 1 << 12, NetRaw = 1 << 13, Kill = 1 << 5;

    [Theory]
    [InlineData(new string[0], new string[0], CapabilityPlan.Standard)]
    [InlineData(new[] { "net_admin" }, new string[0], CapabilityPlan.Standard | NetAdmin)]
    [InlineData(new[] { "CAP_NET_ADMIN" }, new[] { "KILL" }, (CapabilityPlan.Standard | NetAdmin) & ~Kill)]
    [InlineData(new string[0], new[] { "all" }, 0ul)]
    [InlineData(new[] { "KILL" }, new[] { "ALL" }, Kill)]
    [InlineData(new[] { "NET_RAW" }, new[] { "NET_RAW" }, CapabilityPlan.Standard | NetRaw)]
    [InlineData(new[] { "ALL" }, new[] { "CAP_NET_RAW" }, CapabilityPlan.All & ~NetRaw)]
    public void Mask_AddAndDrop_AsDockerReadsThem(string[] add, string[] drop, ulong expected) => Assert.Equal(expected, Capabilities.Mask(false, [.. add], [.. drop]));

    [Theory]
    [InlineData("NETADMIN", "Did you mean \"NET_ADMIN\"")]
    [InlineData("CAP_SYS_ADMN", "\"SYS_ADMIN\"")]
    [InlineData("xyzzy", "\"xyzzy\" is no capability.")]
    public void Mask_UnknownName_IsOneSentenceWithWhatIsNear(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<EngineException>(() => Capabilities.Mask(false, [name], [])).Message);

    [Fact]
    public void Plan_Default_NobodyButRootHasAny() => Assert.Equal((0ul, 0ul), Capabilities.Plan(false, [], []) is var plan ? (plan.Ambient, plan.Inheritable) : default);

    [Fact]
    public void Plan_Added_IsKeptByOtherUsers() => Assert.Equal(NetAdmin, Capabilities.Plan(false, ["NET_ADMIN"], ["ALL"]).Ambient);

    [Fact]
    public void Plan_Privileged_GivesOtherUsersNothing() => Assert.Equal(0ul, Capabilities.Plan(true, ["NET_ADMIN"], []).Ambient);
}
