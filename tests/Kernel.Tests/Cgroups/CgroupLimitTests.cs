using System.Diagnostics;
using Brig.Linux.Cgroups;
using Brig.Tests;

namespace Brig.Kernel.Tests.Cgroups;

[Trait("Guest", "too")]
public sealed class CgroupLimitTests
{
    private const long MiB = 1024 * 1024;

    public static TheoryData<string> Hosts => CgroupHosts.Names;

    [Theory, MemberData(nameof(Hosts))]
    public async Task Apply_CpuLimit_SpinningProcessIsThrottled(string host)
    {
        using TestCgroup test = new(host);
        test.Cgroup.Apply(new() { Cpus = 0.1 });
        test.Run("while :; do :; done");
        await Wait.Until(() => test.Read() is { ThrottledPeriods: > 0, ThrottledMicroseconds: > 0, CpuMicroseconds: > 0 }, "throttled periods");
        Assert.Equal(0.1, test.Read().CpuLimit);
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task Apply_PidsLimit_ForkFailsInside(string host)
    {
        using TestCgroup test = new(host);
        test.Cgroup.Apply(new() { Pids = 3 });
        Process shell = test.Run("sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000 & wait");
        Assert.Contains("fork", await shell.StandardError.ReadLineAsync().WaitAsync(Wait.Limit), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(3, test.Read().PidsLimit);
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task Apply_MemoryLimit_HungryProcessIsKilledAndCounted(string host)
    {
        using TestCgroup test = new(host);
        test.Cgroup.Apply(new() { Memory = 16 * MiB });
        Process shell = test.Run("head -c 64m /dev/zero | tail > /dev/null");
        await shell.WaitForExitAsync().WaitAsync(Wait.Limit);
        Assert.NotEqual(0, shell.ExitCode);
        Assert.True(test.Cgroup.OomKills >= 1);
        CgroupSample sample = test.Read();
        Assert.Equal(test.Cgroup.OomKills, sample.OomKills);
        Assert.InRange(sample.MemoryPeak, 8 * MiB, 16 * MiB);
        Assert.Equal(16 * MiB, sample.MemoryLimit);
        Assert.True(sample.MaxEvents > 0);
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task Apply_MemoryLimitRaisedLive_TheProcessGoesOn(string host)
    {
        using TestCgroup test = new(host);
        test.Cgroup.Apply(new() { Memory = 16 * MiB });
        Process shell = test.Run("read _ < /proc/self/stat; echo ready; while [ ! -e /proc/$$/cwd/never ]; do sleep 0.05; done");
        Assert.Equal("ready", await shell.StandardOutput.ReadLineAsync().WaitAsync(Wait.Limit));
        test.Cgroup.Apply(new() { Memory = 512 * MiB });
        Assert.Equal(512 * MiB, test.Read().MemoryLimit);
        Process hungry = test.Run("head -c 64m /dev/zero | tail > /dev/null");
        await hungry.WaitForExitAsync().WaitAsync(Wait.Limit);
        Assert.Equal(0, hungry.ExitCode);
        Assert.False(shell.HasExited);
        test.Cgroup.Apply(CgroupLimits.None);
        Assert.Null(test.Read().MemoryLimit);
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task Apply_MemoryLimitBelowUse_RefusedAndNothingChanged(string host)
    {
        using TestCgroup test = new(host);
        bool swap = test.Host.WhyNot(new() { Memory = 16 * MiB, Swap = 0 }) is null;
        CgroupLimits before = new() { Memory = 256 * MiB, Swap = swap ? 0 : null, Pids = 100, CpuWeight = 200 };
        test.Cgroup.Apply(before);
        test.Run("head -c 100m /dev/zero | { tail -c 100m; sleep 1000; } | sleep 1000");
        await Wait.Until(() => test.Read().Anonymous > 90 * MiB, "100 MB in use");
        CgroupLimitException refused = Assert.Throws<CgroupLimitException>(() => test.Cgroup.Apply(before with { Memory = 8 * MiB, Pids = 7, CpuWeight = 300, Cpus = 1 }));
        Assert.Contains("memory limit", refused.Message, StringComparison.Ordinal);
        CgroupSample sample = test.Read();
        Assert.Equal((256 * MiB, 100L, 0L), (sample.MemoryLimit, sample.PidsLimit, sample.OomKills));
        Assert.Null(sample.CpuLimit);
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task Apply_Cpuset_HoldsInside(string host)
    {
        using TestCgroup test = new(host);
        test.Cgroup.Apply(new() { CpusetCpus = "0" });
        Process shell = test.Run("grep Cpus_allowed_list /proc/self/status");
        Assert.Equal("Cpus_allowed_list:\t0", (await shell.StandardOutput.ReadToEndAsync().WaitAsync(Wait.Limit)).Trim());
        test.Cgroup.Apply(CgroupLimits.None);
        Process free = test.Run("grep Cpus_allowed_list /proc/self/status");
        Assert.NotEqual("Cpus_allowed_list:\t0", (await free.StandardOutput.ReadToEndAsync().WaitAsync(Wait.Limit)).Trim());
    }

    [Theory, MemberData(nameof(Hosts))]
    public void Apply_EverythingAndBackAgain_NoLimitLeft(string host)
    {
        using TestCgroup test = new(host);
        CgroupLimits all = new() { Cpus = 1.5, CpuWeight = 50, CpusetCpus = "0", Memory = 64 * MiB, MemoryLow = 8 * MiB, Pids = 50 };
        test.Cgroup.Apply(all);
        CgroupSample limited = test.Read();
        Assert.Equal((1.5, 64 * MiB, 50L), (limited.CpuLimit, limited.MemoryLimit, limited.PidsLimit));
        test.Cgroup.Apply(all with { Memory = 32 * MiB, Swap = test.Host.WhyNot(new() { Memory = 32 * MiB, Swap = 1 * MiB }) is null ? MiB : null });
        Assert.Equal(32 * MiB, test.Read().MemoryLimit);
        test.Cgroup.Apply(all with { Memory = 128 * MiB });
        Assert.Equal(128 * MiB, test.Read().MemoryLimit);
        test.Cgroup.Apply(CgroupLimits.None);
        CgroupSample free = test.Read();
        Assert.Null(free.CpuLimit);
        Assert.Null(free.MemoryLimit);
        Assert.Null(free.PidsLimit);
    }

    [Theory, MemberData(nameof(Hosts))]
    public void Apply_IoRates_EitherHoldOrTheMachineSaysWhyNot(string host)
    {
        using TestCgroup test = new(host);
        string? disk = Directory.EnumerateDirectories("/sys/block").Select(Path.GetFileName).FirstOrDefault(name => name!.StartsWith("vd", StringComparison.Ordinal) || name.StartsWith("sd", StringComparison.Ordinal) || name.StartsWith("nvme", StringComparison.Ordinal));
        if (disk is null)
        {
            return;
        }
        CgroupLimits limits = new() { IoRates = [new($"/dev/{disk}", MiB, 2 * MiB, null, 100)] };
        if (test.Host.WhyNot(limits) is not null)
        {
            Assert.Throws<CgroupLimitException>(() => test.Cgroup.Apply(limits));
            return;
        }
        test.Cgroup.Apply(limits);
        test.Cgroup.Apply(limits with { IoRates = [limits.IoRates[0] with { ReadBytesPerSecond = 3 * MiB }] });
        string[] files = [.. test.Cgroup.Directories.SelectMany(Directory.GetFiles).Where(file => file.EndsWith("/io.max", StringComparison.Ordinal) || file.Contains("throttle.read_bps_device", StringComparison.Ordinal))];
        Assert.Contains("3145728", string.Concat(files.Select(File.ReadAllText)), StringComparison.Ordinal);
        test.Cgroup.Apply(CgroupLimits.None);
        Assert.Equal("", string.Concat(files.Select(File.ReadAllText)).Trim());
    }

    [Theory, MemberData(nameof(Hosts))]
    public void Apply_IoWeight_EitherHoldsOrTheMachineSaysWhyNot(string host)
    {
        using TestCgroup test = new(host);
        CgroupLimits limits = new() { IoWeight = 300 };
        if (test.Host.WhyNot(limits) is { } why)
        {
            Assert.Contains("no I/O weight", why, StringComparison.Ordinal);
            Assert.Throws<CgroupLimitException>(() => test.Cgroup.Apply(limits));
            return;
        }
        test.Cgroup.Apply(limits);
        Assert.Contains("300", string.Concat(test.Cgroup.Directories.SelectMany(Directory.GetFiles).Where(file => file.EndsWith(".weight", StringComparison.Ordinal)).Select(File.ReadAllText)), StringComparison.Ordinal);
        test.Cgroup.Apply(CgroupLimits.None);
    }

    [Theory]
    [InlineData("detected", "no such cpu", null)]
    [InlineData("detected", "4095", null)]
    [InlineData("detected", null, 100L)]
    public void WhyNot_WhatNoMachineTakes_IsOneSentence(string host, string? cpuset, long? memory)
    {
        string? why = CgroupHosts.Get(host).WhyNot(new() { CpusetCpus = cpuset, Memory = memory });
        Assert.NotNull(why);
        Assert.DoesNotContain('\n', why);
    }
}
