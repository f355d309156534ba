using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;

namespace Brig.Engine.Tests.Containers;

/// <summary>What is wrong about a wall is one sentence at create.</summary>
public class WallCheckTests
{
    private static readonly ContainerSpec Spec = new() { Image = "x", Command = ["true"] };
    private static readonly Namespaces Own = new() { User = NamespaceSpec.New };

    public static TheoryData<string, string> Wrong => new()
    {
        { "kernel.core_pattern=x", "not of a namespace" },
        { "vm.overcommit_memory=1", "not of a namespace" },
        { "fs.file-max=1", "not of a namespace" },
        { "kernel.hostname=x", "host name" },
        { "net/ipv4/ip_forward=1", "with dots" },
        { "net..x=1", "with dots" },
        { "net.ipv4.ip_forward=1\n2", "one line" },
        { "net.ipv4.ip_forward=", "one line" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Sysctl_NotItsOwn_Refused(string setting, string expected) => Refused(Spec with { Sysctls = Pair(setting) }, expected);

    [Theory]
    [InlineData("net.core.somaxconn=1", "network")]
    [InlineData("kernel.shmmax=1", "ipc")]
    [InlineData("fs.mqueue.msg_max=1", "ipc")]
    [InlineData("kernel.domainname=x", "uts")]
    public void Sysctl_TheNamespaceIsTheHosts_Refused(string setting, string kind)
    {
        SpecCheck.Check(Spec with { Sysctls = Pair(setting) }, new());
        Refused(Spec with { Sysctls = Pair(setting), Namespaces = new() { Net = NamespaceSpec.Host, Ipc = NamespaceSpec.Host, Uts = NamespaceSpec.Host } }, $"needs a {kind} namespace");
    }

    public static TheoryData<MountSpec, string> Mounts => new()
    {
        { new(MountKind.Tmpfs, null, "/proc"), "Nothing can be mounted on /proc" },
        { new(MountKind.Bind, "/tmp", "/proc/./sys/"), "Nothing can be mounted on /proc/sys" },
        { new(MountKind.Tmpfs, null, "/./"), "on /, which" },
        { new(MountKind.Tmpfs, null, "/a") { Mode = "9" }, "octal" },
        { new(MountKind.Tmpfs, null, "/a") { Mode = "755,uid=0" }, "octal" },
        { new(MountKind.Tmpfs, null, "/a") { Inodes = 0 }, "inodes" },
        { new(MountKind.Tmpfs, null, "/a") { Propagation = MountPropagation.Shared }, "a bind only" },
        { new(MountKind.Bind, "/tmp", "/a") { Uid = 0 }, "a tmpfs only" },
        { new(MountKind.Bind, "/tmp", "/a", SizeBytes: 9), "a tmpfs only" },
        { new(MountKind.Bind, "/tmp", "/a") { Propagation = MountPropagation.Shared }, "users of its own" },
    };

    [Theory, MemberData(nameof(Mounts))]
    public void Mount_Wrong_Refused(MountSpec mount, string expected) => Refused(Spec with { Mounts = [mount], Namespaces = Own }, expected);

    [Fact]
    public void Mount_OverNumbersOfProc_Passes() => SpecCheck.Check(Spec with { Mounts = [new(MountKind.Bind, "/etc/hostname", "/proc/cpuinfo")] }, new());

    public static TheoryData<DeviceSpec, string> Devices => new()
    {
        { new("/dev/nothing"), "no device of this machine" },
        { new("/etc/passwd"), "no device of this machine" },
        { new("dev/zero"), "absolute" },
        { new("/dev/zero", "/a/../b"), ".." },
        { new("/dev/zero", "/dev/null"), "Two devices" },
        { new("/dev/zero", "/dev/z", "rx"), "no permission" },
        { new("/dev/zero", "/dev/z", ""), "no permission" },
        { new("/dev/zero", "/dev/z", "rr"), "no permission" },
    };

    [Theory, MemberData(nameof(Devices))]
    public void Device_Wrong_Refused(DeviceSpec device, string expected) => Refused(Spec with { Devices = [device] }, expected);

    [Fact]
    public void Device_Node_IsPlannedWithTheHostsNumbersAndItsRule()
    {
        var plan = Assert.Single(HostDevices.Asked([new("/dev/zero", "/dev/z", "r")]));

        Assert.Equal(("/dev/z", 'c', 1u, 5u, "/dev/zero"), (plan.Path, plan.Type, plan.Major, plan.Minor, plan.HostPath));
        Assert.Equal("c 1:5 r", Assert.Single(HostDevices.Rules([new("/dev/zero", "/dev/z", "r")])).ToString());
    }

    [Theory]
    [InlineData("etc")]
    [InlineData("/")]
    [InlineData("/a/..")]
    public void HiddenPath_Wrong_Refused(string path)
    {
        Refused(Spec with { MaskedPaths = [path] }, "");
        Refused(Spec with { ReadOnlyPaths = [path] }, "");
    }

    [Theory]
    [InlineData(null, 0, null)]
    [InlineData(null, 300, null)]
    [InlineData(null, -500, 0)]
    [InlineData(-500, -500, -500)]
    [InlineData(1000, 0, 1000)]
    public void OomScore_AgainstTheEnginesOwn_IsPlanned(int? asked, int own, int? expected) => Assert.Equal(expected, OomScore.Plan(asked, own));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(-501, -500)]
    [InlineData(1001, 0)]
    [InlineData(-1001, -1000)]
    public void OomScore_BelowTheEnginesOwnOrNone_Refused(int asked, int own) => Assert.Throws<EngineException>(() => OomScore.Plan(asked, own));

    [Theory]
    [InlineData("with space")]
    [InlineData("")]
    [InlineData("a\nb")]
    public void AppArmor_NoName_Refused(string profile) => Refused(Spec with { AppArmor = profile }, "no name");

    private static ImmutableDictionary<string, string> Pair(string setting) =>
        ImmutableDictionary<string, string>.Empty.Add(setting[..setting.IndexOf('=', StringComparison.Ordinal)], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);

    private static void Refused(ContainerSpec spec, string expected)
    {
        var error = Assert.Throws<EngineException>(() => SpecCheck.Check(spec, new()));
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Contains(expected, error.Message);
    }
}
