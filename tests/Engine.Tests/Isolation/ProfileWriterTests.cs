using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Tests.Isolation;

/// <summary>What is proposed, read back and resolved: never wider than what was, and as wide as what was seen.</summary>
public sealed class ProfileWriterTests
{
    private static readonly CapabilitySet Standard = new(Capabilities.Mask(false, [], []));
    private static readonly SeccompFilters Filters = new(new());
    private static readonly ResolvedProfile Today = Filters.Resolve(SeccompSpec.Default, Standard)!;

    [Fact]
    public void Write_CallWithConditions_KeepsThem()
    {
        var proposed = Proposed("clone", "read", "execve");
        Assert.Equal(Rules(Today, "clone"), Rules(proposed, "clone"));
        Assert.True(One(proposed, "read").IsAllowed);
        Assert.True(One(proposed, "write").IsDenied);
    }

    [Fact]
    public void Write_CallThatLooksLikeAnOlderKernel_GoesOnLookingSo() =>
        Assert.Equal(new SeccompAnswer(SeccompAction.Errno, 38), One(Proposed("clone", "read"), "clone3").Rules[^1].Answer);

    [Fact]
    public void Write_AnySubset_IsNeverWiderThanToday()
    {
        var random = new Random(7);
        var names = Today.All().Where(call => !call.IsDenied).Select(call => call.Name).ToArray();
        for (int i = 0; i < 60; i++)
        {
            var some = names.Where(_ => random.Next(3) == 0).ToHashSet();
            foreach (var call in Proposed([.. some]).All().Where(call => !call.IsDenied))
            {
                Assert.Contains(call.Name, some);
                Assert.Equal(Rules(Today, call.Name), string.Join(" | ", call.Rules));
            }
        }
    }

    [Fact]
    public void Write_CallOf32Bits_KeepsItsConditions()
    {
        var compatible = Filters.Resolve(SeccompSpec.Default, Standard, SyscallArch.X86)!;
        Assert.Contains(compatible.Calls, call => call is { Name: "socketcall", IsAllowed: false, IsDenied: false });
        string json = ProfileWriter.Write("", new HashSet<string> { "socketcall", "read" }, [Today, compatible], compatible: true);
        var proposed = Filters.Resolve(new(SeccompChoice.Custom, json), Standard, SyscallArch.X86)!;
        Assert.Equal(Rules(compatible, "socketcall"), Rules(proposed, "socketcall"));
    }

    [Fact]
    public void Write_No32BitCalls_LeavesThatArchitectureOut()
    {
        Assert.Empty(Proposed("read").Also);
        Assert.Equal([SyscallArch.X86], ProfileReader.Read(ProfileWriter.Write("", new HashSet<string> { "read" }, [Today], compatible: true)).Architectures.Skip(1));
    }

    private static ResolvedProfile Proposed(params string[] names) =>
        Filters.Resolve(new(SeccompChoice.Custom, ProfileWriter.Write("a \"comment\"\n", names.ToHashSet(), [Today], compatible: false)), Standard)!;

    private static ResolvedCall One(ResolvedProfile profile, string name) => profile.All().Single(call => call.Name == name);

    private static string Rules(ResolvedProfile profile, string name) => string.Join(" | ", profile.Calls.Single(call => call.Name == name).Rules);
}
