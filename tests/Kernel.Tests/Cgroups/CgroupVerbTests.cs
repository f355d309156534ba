using System.Diagnostics;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Brig.Tests;

namespace Brig.Kernel.Tests.Cgroups;

[Trait("Guest", "too")]
public sealed class CgroupVerbTests
{
    public static TheoryData<string> Hosts => CgroupHosts.Names;

    [Theory, MemberData(nameof(Hosts))]
    public async Task Freeze_BusyProcess_StandsStillUntilThawed(string host)
    {
        using TestCgroup test = new(host);
        test.Run("while :; do :; done");
        await Wait.Until(() => test.Read().CpuMicroseconds > 0, "CPU use");
        test.Cgroup.Freeze();
        Assert.True(test.Cgroup.IsFrozen);
        long before = test.Read().CpuMicroseconds;
        await Task.Delay(200);
        Assert.InRange(test.Read().CpuMicroseconds - before, 0, 20_000);
        test.Cgroup.Thaw();
        Assert.False(test.Cgroup.IsFrozen);
        await Wait.Until(() => test.Read().CpuMicroseconds > before + 50_000, "CPU use after the thaw");
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task KillAll_FrozenAndNested_EveryProcessEnds(string host)
    {
        using TestCgroup test = new(host);
        Process outer = test.Run("sleep 1000 & sleep 1000 & wait");
        string into = string.Concat(test.Cgroup.Directories.Select(directory =>
            $"mkdir {directory}/inner; [ -e {directory}/inner/cpuset.mems ] && cat {directory}/cpuset.mems > {directory}/inner/cpuset.mems && cat {directory}/cpuset.cpus > {directory}/inner/cpuset.cpus; echo 0 > {directory}/inner/cgroup.procs; "));
        Process inner = test.Run($"{into} echo in; sleep 1000 & wait");
        Assert.Equal("in", await inner.StandardOutput.ReadLineAsync().WaitAsync(Wait.Limit));
        await Wait.Until(() => test.Cgroup.Pids().Count >= 5, "five processes");
        Assert.Contains(inner.Id, test.Cgroup.Pids());
        test.Cgroup.Freeze();
        Assert.True(test.Cgroup.IsFrozen);
        test.Cgroup.KillAll();
        Assert.True(test.Cgroup.WaitEmpty(Wait.Limit));
        await outer.WaitForExitAsync().WaitAsync(Wait.Limit);
        await inner.WaitForExitAsync().WaitAsync(Wait.Limit);
        Assert.Equal((137, 137), (outer.ExitCode, inner.ExitCode));
        test.Cgroup.Remove();
        Assert.False(test.Cgroup.Exists);
        Assert.All(test.Cgroup.Directories, directory => Assert.False(Directory.Exists(directory)));
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task Remove_ProcessesStillDying_WaitsForTheirEnd(string host)
    {
        using TestCgroup test = new(host);
        for (int i = 0; i < 20; i++)
        {
            test.Run("sleep 1000 & wait");
        }
        await Wait.Until(() => test.Cgroup.Pids().Count == 40, "forty processes");
        test.Cgroup.KillAll();
        test.Cgroup.Remove();
        Assert.Empty(test.Host.Children(test.Instance));
        test.Cgroup.Remove();   // twice is no error
    }

    [Theory, MemberData(nameof(Hosts))]
    public void Children_TwoContainers_BothNamed(string host)
    {
        using TestCgroup test = new(host);
        Cgroup two = test.Host.Create($"{test.Instance}/two");
        Assert.Equal(["one", "two"], test.Host.Children(test.Instance));
        two.Remove();
        Assert.Equal(["one"], test.Host.Children(test.Instance));
    }

    [Theory, MemberData(nameof(Hosts))]
    public void Create_AnyMachine_EveryMkdirIsTold(string host)
    {
        List<CgroupCall> calls = [];
        CgroupHost machine = CgroupHosts.Get(host);
        Cgroup cgroup = machine.Create($"brig-test-{Guid.NewGuid():N}", calls.Add);
        cgroup.Remove();
        Assert.Equal(cgroup.Directories.Length, calls.Count(call => call is { Call: "mkdir", Errno: 0 }));
        Assert.All(calls, call => Assert.True(call.End >= call.Start));
    }

    [Theory, MemberData(nameof(Hosts))]
    public void Create_ASecondBesideTheFirst_NothingIsRefused(string host)
    {
        using TestCgroup test = new(host);
        List<CgroupCall> calls = [];
        test.Host.Create($"{test.Instance}/two", calls.Add).Remove();
        Assert.NotEmpty(calls);
        Assert.All(calls, call => Assert.Equal(0, call.Errno));
    }

    [Theory, MemberData(nameof(Hosts))]
    public void Create_ParentIsAFile_ThrowsAndLeavesNothing(string host)
    {
        CgroupHost machine = CgroupHosts.Get(host);
        LinuxException refused = Assert.Throws<LinuxException>(() => machine.Create("cgroup.procs/one"));
        Assert.Equal(Errno.ENOTDIR, refused.Errno);
        Assert.Empty(machine.Children("cgroup.procs"));
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task RestrictDevices_OpenAndMknod_AsTheListSays(string host)
    {
        using TestCgroup test = new(host);
        test.Cgroup.RestrictDevices();
        string node = $"/dev/brig-test-{Guid.NewGuid():N}";   // where nodes can be opened: /tmp may be a volume, which has nodev
        Process shell = test.Run($"head -c 1 /dev/zero > /dev/null && head -c 1 /dev/urandom > /dev/null && echo fine; for n in '1 1' '5 1'; do mknod {node} c $n && echo made; (: < {node}) 2>&1; rm -f {node}; done; (: < /dev/kmsg) 2>&1");
        string output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(Wait.Limit);
        Assert.Contains("fine\nmade\n", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Split("not permitted").Length - 1);
    }

    [Theory, MemberData(nameof(Hosts))]
    public async Task TryRead_ProcessesInside_SeenAndGoneWithTheCgroup(string host)
    {
        using TestCgroup test = new(host);
        using CgroupReader reader = test.Cgroup.OpenReader();
        CgroupSample sample = default;
        test.Run("sleep 1000 & wait");
        await Wait.Until(() => reader.TryRead(ref sample) && sample is { Pids: 2, Memory: > 0, WorkingSet: > 0, CpuMicroseconds: > 0 }, () => $"two processes that use something, seen {sample.Pids}, {sample.Memory} bytes, {sample.CpuMicroseconds} µs");
        test.Cgroup.KillAll();
        test.Cgroup.Remove();
        Assert.False(reader.TryRead(ref sample));
    }

    [Theory, MemberData(nameof(Hosts))]
    public void TryRead_AgainAndAgain_AllocatesNothing(string host)
    {
        using TestCgroup test = new(host);
        using CgroupReader reader = test.Cgroup.OpenReader();
        CgroupSample sample = default;
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(reader.TryRead(ref sample));
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            reader.TryRead(ref sample);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A v1 cpuset without processors takes no process, and gives none to those below it.</summary>
    [Theory, MemberData(nameof(Hosts))]
    public void Create_SeveralAtOnceBelowANewParent_AllTakeProcesses(string host)
    {
        var cgroups = CgroupHosts.Get(host);
        for (int round = 0; round < 40; round++)
        {
            string parent = $"brig-test-{Guid.NewGuid():N}";
            var made = new Cgroup[8];
            Parallel.For(0, made.Length, new ParallelOptions { MaxDegreeOfParallelism = made.Length }, i => made[i] = cgroups.Create($"{parent}/{i}"));
            string[] empty = [.. made.SelectMany(cgroup => cgroup.Directories).Select(directory => directory + "/cpuset.mems").Where(file => File.Exists(file) && !file.StartsWith("/sys/fs/cgroup/unified", StringComparison.Ordinal) && File.ReadAllText(file).Trim().Length == 0)];
            foreach (var cgroup in made)
            {
                cgroup.Remove();
            }
            cgroups.Open(parent).Remove();

            Assert.True(empty.Length == 0 || cgroups.Version == CgroupVersion.V2, string.Join('\n', empty));
        }
    }
}
