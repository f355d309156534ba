using Brig.Linux.Cgroups;

namespace Brig.Linux.Tests.Cgroups;

public sealed class V2ApplyTests
{
    private static readonly (string, string)[] s_files =
    [
        ("cpu.max", "max 100000\n"), ("cpu.weight", "100\n"), ("cpuset.cpus", "\n"), ("memory.low", "0\n"), ("memory.max", "max\n"),
        ("memory.current", "4096\n"), ("pids.max", "max\n"),
    ];

    [Fact]
    public void Apply_Limits_TheKernelsForm()
    {
        using FakeCgroup fake = FakeCgroup.With(s_files);
        fake.Cgroup.Apply(new() { Cpus = 1.5, CpuWeight = 30, CpusetCpus = "0", Memory = 1 << 20, Pids = 9 });
        Assert.Equal("150000 100000", fake.Read("cpu.max").TrimEnd('\n'));
        Assert.StartsWith("30", fake.Read("cpu.weight"), StringComparison.Ordinal);
        Assert.StartsWith("0", fake.Read("cpuset.cpus"), StringComparison.Ordinal);
        Assert.StartsWith("1048576", fake.Read("memory.max"), StringComparison.Ordinal);
        Assert.StartsWith("9", fake.Read("pids.max"), StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ALaterFileIsMissing_EarlierOnesAreAsBefore()
    {
        using FakeCgroup fake = FakeCgroup.With(s_files);
        CgroupLimitException refused = Assert.Throws<CgroupLimitException>(() => fake.Cgroup.Apply(new() { CpuWeight = 300, Pids = 9, IoWeight = 50 }));
        Assert.Contains("no I/O weight", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("100", fake.Read("cpu.weight"), StringComparison.Ordinal);
        Assert.StartsWith("max", fake.Read("pids.max"), StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_MemoryBelowUse_RefusedInOneSentence()
    {
        using FakeCgroup fake = FakeCgroup.With(s_files);
        fake.Write("memory.current", "900000000\n");
        CgroupLimitException refused = Assert.Throws<CgroupLimitException>(() => fake.Cgroup.Apply(new() { Memory = 1 << 20 }));
        Assert.Contains("900000000 bytes are in use", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("max", fake.Read("memory.max"), StringComparison.Ordinal);
    }

    public static TheoryData<CgroupLimits, string> Invalid => new()
    {
        { new() { Cpus = 0.001 }, "CPU limit 0.001" },
        { new() { Cpus = double.NaN }, "CPU limit NaN" },
        { new() { CpuWeight = 0 }, "CPU weight 0" },
        { new() { CpusetCpus = "3-1" }, "\"3-1\" is not a list" },
        { new() { CpusetCpus = "" }, "is not a list" },
        { new() { CpusetCpus = "8000" }, "does not have" },
        { new() { Memory = 4096 }, "at least 524288 bytes" },
        { new() { Memory = 1 << 20, MemoryLow = 1 << 21 }, "above the memory limit" },
        { new() { Swap = -1 }, "swap limit -1" },
        { new() { Pids = 0 }, "process limit 0" },
        { new() { IoWeight = 5000 }, "I/O weight 5000" },
        { new() { IoRates = [new("/dev/null", 1, null, null, null)] }, "no block device \"/dev/null\"" },
        { new() { IoRates = [new("/dev/../etc", 1, null, null, null)] }, "no block device" },
    };

    [Theory, MemberData(nameof(Invalid))]
    public void Apply_WhatNoKernelTakes_OneSentenceAndNothingWritten(CgroupLimits limits, string words)
    {
        using FakeCgroup fake = FakeCgroup.With(s_files);
        CgroupLimitException refused = Assert.Throws<CgroupLimitException>(() => fake.Cgroup.Apply(limits));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.All(s_files, file => Assert.Equal(file.Item2, fake.Read(file.Item1)));
    }
}
