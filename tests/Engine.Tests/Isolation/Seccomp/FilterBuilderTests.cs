using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Seccomp;
using Brig.Tests;

namespace Brig.Engine.Tests.Isolation.Seccomp;

/// <summary>The program that a profile becomes, run; and against the one libseccomp makes of it.</summary>
public sealed class FilterBuilderTests
{
    private const uint X8664 = (uint)SyscallArch.X8664, X86 = (uint)SyscallArch.X86, Allow = 0x7fff_0000, Errno = 0x0005_0000, Notify = 0x7fc0_0000;
    private const uint Eperm = Errno | 1, Enosys = Errno | 38;

    /// <summary>i386's socketcall and ipc: libseccomp makes rules for them by itself, which would let a family through that no filter sees.</summary>
    private static readonly uint[] Multiplexers = [102, 117];

    [Fact]
    public void Build_OwnDefault_AnswersAsLibseccompMeansIt() => Compare(Profiles.Default);

    [Fact]
    public void Build_EveryOperatorAndAction_AnswersAsLibseccompMeansIt() => Compare("""
        {
          "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 5, "architectures": [ "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32" ],
          "syscalls": [
            { "names": [ "read", "write", "close", "mmap", "futex", "exit_group", "getrandom" ], "action": "SCMP_ACT_ALLOW" },
            { "names": [ "getpgid" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": 4294967297, "op": "SCMP_CMP_NE" } ] },
            { "names": [ "getsid" ], "action": "SCMP_ACT_LOG", "args": [ { "index": 0, "value": 4294967297, "op": "SCMP_CMP_LT" } ] },
            { "names": [ "kill" ], "action": "SCMP_ACT_TRAP", "args": [ { "index": 1, "value": 9, "op": "SCMP_CMP_EQ" }, { "index": 0, "value": 1, "op": "SCMP_CMP_LE" } ] },
            { "names": [ "tkill" ], "action": "SCMP_ACT_KILL_PROCESS", "args": [ { "index": 1, "value": 4294967297, "op": "SCMP_CMP_GE" } ] },
            { "names": [ "tgkill" ], "action": "SCMP_ACT_TRACE", "errnoRet": 7, "args": [ { "index": 5, "value": 4294967297, "op": "SCMP_CMP_GT" } ] },
            { "names": [ "clone" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": 2114060288, "op": "SCMP_CMP_MASKED_EQ" } ] },
            { "names": [ "ptrace" ], "action": "SCMP_ACT_KILL" },
            { "names": [ "personality" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": 0, "op": "SCMP_CMP_EQ" } ] },
            { "names": [ "personality" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": 8, "op": "SCMP_CMP_EQ" } ] },
            { "names": [ "clone3", "process_madvise" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 38 }
          ]
        }
        """);

    [Theory]
    [InlineData("/usr/share/containers/seccomp.json")]
    public void Build_ProfileOfAnother_AnswersAsLibseccompMeansIt(string path)
    {
        if (File.Exists(path))   // Podman's, where it is installed
        {
            Compare(File.ReadAllText(path));
        }
    }

    [Fact]
    public void Build_UpperHalfOfAnIntArgument_IsNoWayAround()
    {
        var machine = Machine(Profiles.Default);

        Assert.Equal((Eperm, Eperm), (machine.Run(X8664, 16, 0, 0x5412), machine.Run(X8664, 16, 0, 0x1_0000_5412)));
        Assert.Equal((Eperm, Eperm), (machine.Run(X8664, 41, 38), machine.Run(X8664, 41, 0x1_0000_0026)));
        Assert.Equal((Allow, Allow), (machine.Run(X8664, 41, 2), machine.Run(X8664, 41, 0xffff_ffff_0000_0002)));
        Assert.Equal((Allow, Eperm), (machine.Run(X8664, 56, 17), machine.Run(X8664, 56, 0x1000_0011)));
    }

    [Fact]
    public void Build_ThirtyTwoBitPrograms_SameRulesByTheirNumbers()
    {
        var machine = Machine(Profiles.Default);

        Assert.Equal((Eperm, Eperm, Eperm), (machine.Run(X86, 21), machine.Run(X86, 288), machine.Run(X86, 359, 38)));
        Assert.Equal((Allow, Allow, Allow, Allow), (machine.Run(X86, 20), machine.Run(X86, 359, 2), machine.Run(X86, 337), machine.Run(X86, 102, 3)));
        Assert.Equal((Enosys, Enosys), (machine.Run(X86, 102, 1), machine.Run(X86, 102, 0x1_0000_0001)));
    }

    [Fact]
    public void Build_NumbersNobodyCanHaveMeant_AsAnOlderKernel()
    {
        var machine = Machine(Profiles.Default);

        Assert.All((uint[])[470, 511, 512, 547, 0x3fff_ffff, 0x4000_0000, 0x4000_0027, 0x7fff_ffff, 0x8000_0000, uint.MaxValue], number => Assert.Equal(Enosys, machine.Run(X8664, number)));
        Assert.Equal(Enosys, machine.Run((uint)SyscallArch.AArch64, 172));
    }

    [Fact]
    public void Build_Telling_OnlyDenialsThatAreNoFallback()
    {
        var filter = FilterBuilder.Build(ProfileReader.Read(Profiles.Default), Profiles.Standard, Profiles.Kernel, tell: true);
        var machine = new BpfMachine([.. filter.Program]);

        Assert.Equal((40u, 1), (filter.Flags, filter.ToldErrno));
        Assert.Equal((Notify, Notify, Allow, Enosys, Enosys), (machine.Run(X8664, 165), machine.Run(X8664, 16, 0, 0x5412), machine.Run(X8664, 39), machine.Run(X8664, 435), machine.Run(X8664, 470)));
    }

    [Theory]
    [InlineData("6.18", 40)]
    [InlineData("5.10", 8)]
    [InlineData("4.19", 0)]
    public void Build_OlderKernels_AskForWhatTheyHave(string kernel, uint flags)
    {
        var filter = FilterBuilder.Build(ProfileReader.Read(Profiles.Default), Profiles.Standard, Version.Parse(kernel), tell: true);

        Assert.Equal((flags, flags == 0 ? 0 : 1), (filter.Flags, filter.ToldErrno));
        Assert.Equal(flags == 0 ? Eperm : Notify, new BpfMachine([.. filter.Program]).Run(X8664, 165));
    }

    [Fact]
    public void Build_ListenerCouldNotBeHandedOver_NotTold() =>
        Assert.Equal(0, FilterBuilder.Build(ProfileReader.Read(Profiles.Denying("""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW" }""")), Profiles.Standard, Profiles.Kernel, tell: true).ToldErrno);

    [Fact]
    public void Build_MoreThanTheKernelTakes_Refused()
    {
        string entries = string.Join(',', Enumerable.Range(0, 1500).Select(i => $$"""{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW", "args": [ { "index": 0, "value": {{i}}, "op": "SCMP_CMP_EQ" } ] }"""));

        var e = Assert.Throws<EngineException>(() => FilterBuilder.Build(ProfileReader.Read(Profiles.Denying(entries)), Profiles.Standard, Profiles.Kernel, tell: false));

        Assert.Contains("the kernel takes 4096", e.Message, StringComparison.Ordinal);
    }

    /// <summary>What a start pays: the kernel runs a new filter once for each number.</summary>
    [Fact]
    public void Build_OwnDefault_ShortAndShallow()
    {
        byte[] program = [.. FilterBuilder.Build(ProfileReader.Read(Profiles.Default), Profiles.Standard, Profiles.Kernel, tell: true).Program];
        var machine = new BpfMachine(program);
        int most = 0;
        for (uint number = 0; number < 600; number++)
        {
            machine.Run(X8664, number);
            most = Math.Max(most, machine.Steps);
            machine.Run(X86, number);
            most = Math.Max(most, machine.Steps);
        }
        Assert.InRange(program.Length / 8, 100, 350);
        Assert.InRange(most, 8, 30);
    }

    private static BpfMachine Machine(string json) => new([.. FilterBuilder.Build(ProfileReader.Read(json), Profiles.Standard, Profiles.Kernel, tell: false).Program]);

    private static void Compare(string json)
    {
        var profile = ProfileReader.Read(json);
        var resolver = new ProfileResolver(profile, Profiles.Standard, Profiles.Kernel);
        var ours = new BpfMachine([.. FilterBuilder.Build(profile, Profiles.Standard, Profiles.Kernel, tell: false).Program]);
        uint otherwise = Return(profile.Default);
        int compared = 0;
        foreach (var arch in profile.Architectures)
        {
            var calls = resolver.Calls(arch);
            var theirs = new BpfMachine(LibSeccompOracle.Compile(otherwise, arch, calls.Where(call => !IsMixed(call.Value, profile.Default)).SelectMany(call =>
                call.Value.Where(rule => rule.Answer != profile.Default).Select(rule => (SyscallNames.Name(arch, (int)call.Key)!, rule, Return(rule.Answer))))));
            for (uint number = 0; number <= (uint)resolver.Newest(arch); number++)
            {
                var rules = calls.GetValueOrDefault(number, []);
                if (SyscallNames.Name(arch, (int)number) is not { } name || LibSeccompOracle.IsNewer(name) || IsMixed(rules, profile.Default) || (arch == SyscallArch.X86 && Multiplexers.Contains(number)))
                {
                    continue;
                }
                // The kernel hands over a 32-bit program's arguments with nothing in the upper half, and libseccomp does not look there.
                bool narrow = arch == SyscallArch.X86;
                foreach (ulong[] arguments in Tries(rules).Where(tried => !narrow || (tried.Max() <= uint.MaxValue && rules.All(rule => rule.Args.All(arg => arg.Value <= uint.MaxValue)))))
                {
                    uint expected = theirs.Run(arch.Audit(), number, arguments), answer = ours.Run(arch.Audit(), number, arguments);
                    Assert.True(expected == answer, $"{arch} {name}({string.Join(", ", arguments)}): libseccomp {expected:x}, ours {answer:x}");
                    compared++;
                }
            }
        }
        Assert.True(compared > 300, $"only {compared} compared");
    }

    /// <summary>libseccomp forgets conditions where there is a rule without; of those that let through, ours does not.</summary>
    private static bool IsMixed(IReadOnlyList<ResolvedRule> rules, SeccompAnswer otherwise) => rules.Count > 1 && rules[^1].Answer != otherwise;

    /// <summary>Around every value of every condition.</summary>
    private static IEnumerable<ulong[]> Tries(IReadOnlyList<ResolvedRule> rules)
    {
        yield return new ulong[6];
        foreach (var arg in rules.SelectMany(rule => rule.Args))
        {
            foreach (ulong value in (ulong[])[arg.Value, arg.Value + 1, arg.Value - 1, arg.ValueTwo, arg.ValueTwo | 1ul << 32, arg.Value | 1ul << 40, arg.Value & 0xffff_ffff, arg.Value & ~0xffff_fffful, arg.ValueTwo + 1, ulong.MaxValue])
            {
                foreach (ulong others in (ulong[])[0, 9])
                {
                    ulong[] arguments = [others, others, others, others, others, others];
                    arguments[arg.Index] = value;
                    yield return arguments;
                }
            }
        }
    }

    private static uint Return(SeccompAnswer answer) => answer.Action switch
    {
        SeccompAction.Allow => Allow,
        SeccompAction.Log => 0x7ffc_0000,
        SeccompAction.Trace => 0x7ff0_0000u | (uint)answer.Errno,
        SeccompAction.Errno => Errno | (uint)answer.Errno,
        SeccompAction.Trap => 0x0003_0000,
        SeccompAction.KillThread => 0,
        _ => 0x8000_0000,
    };
}
