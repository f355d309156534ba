using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Tests.Isolation.Seccomp;

public sealed class ProfileReaderTests
{
    [Fact]
    public void Read_EveryMember_IsTaken()
    {
        var profile = ProfileReader.Read("""
            {
              "defaultAction": "SCMP_ACT_KILL_PROCESS", "comment": "all of it",
              "archMap": [ { "architecture": "SCMP_ARCH_AARCH64", "subArchitectures": [ "SCMP_ARCH_ARM" ] }, { "architecture": "SCMP_ARCH_X86_64", "subArchitectures": [ "SCMP_ARCH_X86", "SCMP_ARCH_X32" ] } ],
              "flags": [ "SECCOMP_FILTER_FLAG_SPEC_ALLOW" ],
              "syscalls": [
                { "names": [ "read", "write" ], "action": "SCMP_ACT_ALLOW", "args": null, "comment": "both" },
                { "name": "clone", "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "args": [ { "index": 0, "value": 2114060288, "valueTwo": 7, "op": "SCMP_CMP_MASKED_EQ" }, { "index": 5, "value": 18446744073709551615, "op": "SCMP_CMP_NE" } ],
                  "includes": { "caps": [ "CAP_SYS_ADMIN" ], "arches": [ "amd64" ], "minKernel": "4.8" }, "excludes": { "caps": null } }
              ]
            }
            """);

        Assert.Equal(new SeccompAnswer(SeccompAction.KillProcess), profile.Default);
        Assert.Equal([SyscallArch.X8664, SyscallArch.X86], profile.Architectures.AsEnumerable());
        Assert.Equal(["read", "write"], profile.Rules[0].Names.AsEnumerable());
        Assert.Equal((new SeccompAnswer(SeccompAction.Allow), "both", 0), (profile.Rules[0].Answer, profile.Rules[0].Comment, profile.Rules[0].Entry));
        Assert.Equal(new SeccompAnswer(SeccompAction.Errno, 38), profile.Rules[1].Answer);
        Assert.Equal([new(0, SeccompOp.MaskedEqual, 0x7e02_0000, 7), new(5, SeccompOp.NotEqual, ulong.MaxValue)], profile.Rules[1].Args.AsEnumerable());
        Assert.Equal(("CAP_SYS_ADMIN", "amd64", new Version(4, 8)), (profile.Rules[1].Includes.Caps[0], profile.Rules[1].Includes.Arches[0], profile.Rules[1].Includes.MinKernel));
        Assert.Equal(SeccompWhen.Always, profile.Rules[1].Excludes with { Caps = [], Arches = SeccompWhen.Always.Arches } with { Caps = SeccompWhen.Always.Caps });
    }

    [Fact]
    public void Read_OciForm_ArchitecturesAndDefaultErrno()
    {
        var profile = ProfileReader.Read("""{ "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "architectures": [ "SCMP_ARCH_X86", "SCMP_ARCH_MIPS" ] }""");

        Assert.Equal(new SeccompAnswer(SeccompAction.Errno, 38), profile.Default);
        Assert.Equal([SyscallArch.X8664, SyscallArch.X86], profile.Architectures.AsEnumerable());
        Assert.Empty(profile.Rules);
    }

    [Theory]
    [InlineData("{\n\"defaultAction\": \"SCMP_ACT_ALLOW\",\n!\n}", "The seccomp profile is not JSON: there is something wrong in line 3, at byte 1.")]
    [InlineData("[]", "The seccomp profile must be an object in braces.")]
    [InlineData("{}", "The seccomp profile has no defaultAction.")]
    [InlineData("""{ "defaultAction": 7 }""", "The seccomp profile has a defaultAction that is no text.")]
    [InlineData("""{ "defaultAction": "ALLOW" }""", "The seccomp profile has the defaultAction \"ALLOW\", which is none of SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_TRACE, SCMP_ACT_ERRNO, SCMP_ACT_TRAP, SCMP_ACT_KILL, SCMP_ACT_KILL_THREAD, SCMP_ACT_KILL_PROCESS.")]
    [InlineData("""{ "defaultAction": "SCMP_ACT_ALLOW", "defaultaction": "SCMP_ACT_KILL" }""", "The seccomp profile has the member \"defaultaction\", which nobody knows. Did you mean \"defaultAction\"?")]
    [InlineData("""{ "defaultAction": "SCMP_ACT_ALLOW", "defaultAction": "SCMP_ACT_KILL" }""", "The seccomp profile has \"defaultAction\" twice.")]
    [InlineData("""{ "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/run/x" }""", "The seccomp profile has the member \"listenerPath\", which nobody knows.")]
    [InlineData("""{ "defaultAction": "SCMP_ACT_NOTIFY" }""", "The seccomp profile asks for SCMP_ACT_NOTIFY, which needs a listener that Brig cannot give; Brig tells denied calls by itself.")]
    [InlineData("""{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": {} }""", "The seccomp profile has a syscalls that is no list in brackets.")]
    public void Read_BadProfile_OneSentence(string json, string told) => Refused(json, told);

    [Theory]
    [InlineData("""{ "action": "SCMP_ACT_ALLOW" }""", "syscalls[0] has no names.")]
    [InlineData("""{ "names": [ "read" ] }""", "syscalls[0] (\"read\") has no action.")]
    [InlineData("""{ "names": [ "read", "write" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 4096 }""", "syscalls[0] (\"read\" and 1 more) has the errnoRet 4096; an errno is at most 4095.")]
    [InlineData("""{ "names": [ 5 ], "action": "SCMP_ACT_ALLOW" }""", "syscalls[0] has something in names that is no text.")]
    [InlineData("""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "exclude": {} }""", "syscalls[0] (\"read\") has the member \"exclude\", which nobody knows. Did you mean \"excludes\"?")]
    [InlineData("""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 6, "value": 0, "op": "SCMP_CMP_EQ" } ] }""", "syscalls[0] (\"read\").args[0] has the index 6; a system call has the arguments 0 to 5.")]
    [InlineData("""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": -1, "op": "SCMP_CMP_EQ" } ] }""", "syscalls[0] (\"read\").args[0] has a value that is no whole number from 0 to 18446744073709551615.")]
    [InlineData("""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": 1, "op": "==" } ] }""", "syscalls[0] (\"read\").args[0] has the op \"==\", which is none of SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE, SCMP_CMP_EQ, SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ.")]
    [InlineData("""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": 1, "op": "SCMP_CMP_GT" }, { "index": 0, "value": 9, "op": "SCMP_CMP_LT" } ] }""",
        "syscalls[0] (\"read\") has two conditions on argument 0; write an entry for each, because runtimes differ in whether one of them is enough.")]
    [InlineData("""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "includes": { "caps": [ "SYS_ADMIN" ] } }""", "syscalls[0] (\"read\").includes has the capability \"SYS_ADMIN\", which is none of capabilities(7); write CAP_ and its name.")]
    [InlineData("""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "includes": { "minKernel": "new" } }""", "syscalls[0] (\"read\").includes has the minKernel \"new\", which is not a version such as \"4.8\".")]
    public void Read_BadEntry_SentenceNamesIt(string entry, string told) => Refused(Profiles.Denying(entry), "In the seccomp profile, " + told);

    [Fact]
    public void Read_TooLarge_Refused() => Refused(new string(' ', ProfileReader.LargestText + 1), "The seccomp profile has 262145 bytes; more than 262144 are not read.");

    [Fact]
    public void Read_DeeperThanAnyProfile_Refused() => Assert.Throws<EngineException>(() => ProfileReader.Read(string.Concat(Enumerable.Repeat("[", 100_000))));

    [Fact]
    public void Read_OwnDefault_EveryNameIsKnownSomewhere()
    {
        var profile = ProfileReader.Read(Profiles.Default);

        Assert.All(profile.Rules.SelectMany(rule => rule.Names), name => Assert.NotEqual(SyscallKnown.Nowhere, SyscallNames.Find(SyscallArch.X8664, name, out _)));
        Assert.Equal([SyscallArch.X8664, SyscallArch.X86], profile.Architectures.AsEnumerable());
    }

    private static void Refused(string json, string told)
    {
        var e = Assert.Throws<EngineException>(() => ProfileReader.Read(json));
        Assert.Equal(told, e.Message);
        Assert.Equal(EngineErrorKind.Invalid, e.Kind);
    }
}
