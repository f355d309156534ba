using Brig.Engine.Isolation;
using Brig.Engine.Isolation.Seccomp;

namespace Brig.Engine.Tests.Isolation.Seccomp;

public sealed class ProfileResolverTests
{
    private static readonly SeccompAnswer Allow = new(SeccompAction.Allow), Eperm = new(SeccompAction.Errno, 1), Enosys = new(SeccompAction.Errno, 38);

    [Theory]
    [InlineData("""includes": { "caps": [ "CAP_CHOWN", "CAP_KILL" ] }""", true)]
    [InlineData("""includes": { "caps": [ "CAP_CHOWN", "CAP_SYS_ADMIN" ] }""", false)]
    [InlineData("""excludes": { "caps": [ "CAP_SYS_ADMIN", "CAP_CHOWN" ] }""", false)]
    [InlineData("""excludes": { "caps": [ "CAP_SYS_ADMIN" ] }""", true)]
    [InlineData("""includes": { "arches": [ "arm64", "amd64" ] }""", true)]
    [InlineData("""includes": { "arches": [ "arm64", "x86" ] }""", false)]
    [InlineData("""excludes": { "arches": [ "amd64" ] }""", false)]
    [InlineData("""includes": { "minKernel": "6.18" }""", true)]
    [InlineData("""includes": { "minKernel": "6.19" }""", false)]
    [InlineData("""includes": { "minKernel": "10.0" }""", false)]
    [InlineData("""excludes": { "minKernel": "6.18" }""", false)]
    [InlineData("""excludes": { "minKernel": "7.0" }""", true)]
    [InlineData("""includes": { "caps": [ "CAP_CHOWN" ], "arches": [ "arm64" ] }""", false)]
    public void Resolve_Condition_HoldsOrNot(string condition, bool holds) =>
        Assert.Equal(holds ? Allow : Eperm, Profiles.Resolve(Profiles.Denying($$"""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "{{condition}} }""")).Answer("read"));

    [Fact]
    public void Resolve_SeveralRules_StrictestFirst()
    {
        var call = Profiles.Resolve(Profiles.Denying("""
            { "names": [ "ioctl" ], "action": "SCMP_ACT_ALLOW" },
            { "names": [ "ioctl" ], "action": "SCMP_ACT_ERRNO", "args": [ { "index": 1, "value": 5, "op": "SCMP_CMP_EQ" } ] },
            { "names": [ "ioctl" ], "action": "SCMP_ACT_KILL_PROCESS", "args": [ { "index": 1, "value": 5, "op": "SCMP_CMP_GE" } ] }
            """)).Calls.Single();

        Assert.Equal(["a1 >= 5 KillProcess", "a1 == 5 Errno", " Allow"], call.Rules.Select(rule => $"{rule.Condition} {rule.Answer.Action}"));
        Assert.False(call.IsAllowed || call.IsDenied);
    }

    [Fact]
    public void Resolve_DeniedWithoutConditions_WinsOverAllowedWithThem() =>
        Assert.True(Profiles.Resolve(Profiles.Denying("""
            { "names": [ "ioctl" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 1, "value": 5, "op": "SCMP_CMP_EQ" } ] },
            { "names": [ "ioctl" ], "action": "SCMP_ACT_ERRNO" }
            """)).Calls.Single().IsDenied);

    [Fact]
    public void Resolve_NumbersBeyondThoseNamed_LookLikeAnOlderKernel()
    {
        var profile = Profiles.Resolve(Profiles.Denying("""{ "names": [ "mount_setattr" ], "action": "SCMP_ACT_ALLOW" }"""));

        Assert.Equal((442, Enosys), (profile.Newest, profile.Beyond));
        Assert.Equal((Eperm, Allow, Enosys), (profile.Answer("mount"), profile.Answer("mount_setattr"), profile.Answer("fchmodat2")));
    }

    [Fact]
    public void Resolve_OpenByDefault_SoIsWhatIsBeyond() =>
        Assert.Equal(Allow, Profiles.Resolve("""{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": [ "mount" ], "action": "SCMP_ACT_ERRNO" } ] }""").Answer("fchmodat2"));

    [Theory]
    [InlineData("SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", false)]
    [InlineData("SCMP_ACT_ERRNO", "SCMP_ACT_KILL", false)]
    [InlineData("SCMP_ACT_ALLOW", "SCMP_ACT_LOG", false)]
    [InlineData("SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", true)]
    public void Resolve_NameOfNoCall_RefusedWhereItWouldLeaveADoorOpen(string otherwise, string action, bool refused)
    {
        string json = $$"""{ "defaultAction": "{{otherwise}}", "syscalls": [ { "names": [ "read" ], "action": "SCMP_ACT_ALLOW" }, { "names": [ "fchmodat3", "pciconfig_read" ], "action": "{{action}}" } ] }""";

        var failure = Record.Exception(() => Profiles.Resolve(json));

        Assert.Equal(refused ? "In the seccomp profile, syscalls[1] denies \"fchmodat3\", which is no system call. Did you mean \"fchmodat\" or \"fchmodat2\" or \"fchmod\"?" : null, failure?.Message);
    }

    [Fact]
    public void Resolve_OwnDefault_WhatMattersMost()
    {
        var standard = Profiles.Resolve(Profiles.Default);
        var admin = Profiles.Resolve(Profiles.Default, new CapabilitySet(0xa80405fb | 1ul << 21));
        var old = Profiles.Resolve(Profiles.Default, kernel: new(4, 7));

        Assert.All((string[])["mount", "bpf", "keyctl", "add_key", "request_key", "io_uring_setup", "userfaultfd", "perf_event_open", "kexec_load", "finit_module", "open_by_handle_at", "setns", "unshare",
            "quotactl", "acct", "settimeofday", "swapon", "pidfd_getfd", "kcmp", "memfd_secret", "modify_ldt", "vmsplice"], name => Assert.Equal(Eperm, standard.Answer(name)));
        Assert.All((string[])["read", "execve", "chroot", "ptrace", "seccomp", "mknod", "statx"], name => Assert.Equal(Allow, standard.Answer(name)));
        Assert.Equal(Enosys, standard.Answer("clone3"));
        Assert.Equal((Allow, Allow, Eperm), (admin.Answer("clone3"), admin.Answer("mount"), admin.Answer("finit_module")));
        Assert.Equal(Eperm, old.Answer("ptrace"));
    }
}
