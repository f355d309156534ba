using Brig.Linux.Cgroups;

namespace Brig.Linux.Tests.Cgroups;

public sealed class V2ReaderTests
{
    [Fact]
    public void TryRead_EveryFile_EveryNumber()
    {
        using FakeCgroup fake = FakeCgroup.With(
            ("cpu.stat", "usage_usec 5000000\nuser_usec 4000000\nsystem_usec 1000000\ncore_sched.force_idle_usec 0\nnr_periods 50\nnr_throttled 20\nthrottled_usec 700000\nnr_bursts 0\nburst_usec 0\n"),
            ("cpu.max", "150000 100000\n"),
            ("memory.current", "104857600\n"), ("memory.swap.current", "4096\n"), ("memory.peak", "209715200\n"), ("memory.max", "268435456\n"),
            ("memory.stat", "anon 1000\nfile 2000\nkernel 300\nkernel_stack 16384\npagetables 1\nsec_pagetables 0\nfile_mapped 5\ninactive_anon 7\nactive_anon 8\ninactive_file 600\nactive_file 9\npgfault 11\npgmajfault 12\n"),
            ("memory.events", "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n"),
            ("cgroup.stat", "nr_descendants 0\n"), ("cgroup.procs", "10\n11\n12\n"),
            ("pids.current", "7\n"), ("pids.max", "64\n"),
            ("cpu.pressure", "some avg10=1.25 avg60=0.50 avg300=0.00 total=12\nfull avg10=0.75 avg60=0.00 avg300=0.00 total=3\n"),
            ("io.stat", "254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n7:0 \n8:16 rbytes=10 wbytes=0 rios=3 wios=0 dbytes=0 dios=0\n"));
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = default;
        Assert.True(reader.TryRead(ref sample, details: true));
        Assert.Equal((5_000_000L, 50L, 20L, 700_000L), (sample.CpuMicroseconds, sample.Periods, sample.ThrottledPeriods, sample.ThrottledMicroseconds));
        Assert.Equal((1.5, 268_435_456L, 64L), (sample.CpuLimit, sample.MemoryLimit, sample.PidsLimit));
        Assert.Equal((104_857_600L, 1000L, 2000L, 300L, 600L), (sample.Memory, sample.Anonymous, sample.File, sample.Kernel, sample.InactiveFile));
        Assert.Equal((104_857_000L, 4096L, 209_715_200L), (sample.WorkingSet, sample.Swap, sample.MemoryPeak));
        Assert.Equal((2L, 3L, 4L, 5L, 7L), (sample.HighEvents, sample.MaxEvents, sample.OomEvents, sample.OomKills, sample.Pids));
        Assert.Equal(new(1.25, 0.75, 12, 3), sample.CpuPressure);
        Assert.Equal(default, sample.IoPressure);
        CgroupDetails details = sample.Details;
        Assert.Equal((4_000_000L, 1_000_000L, 3L), (details.CpuUserMicroseconds, details.CpuSystemMicroseconds, details.Processes));
        Assert.Equal((5L, 9L, 600L, 11L, 12L), (details.MappedFile, details.ActiveFile, details.InactiveFile, details.PageFaults, details.MajorPageFaults));
        Assert.Equal(2, sample.DeviceCount);
        Assert.Equal((8, 16, 10L, 3L), (sample.Devices![1].Major, sample.Devices[1].Minor, sample.Devices[1].ReadBytes, sample.Devices[1].Reads));
        Assert.Equal((4096L, 8192L, 1L, 2L), (sample.Devices[0].ReadBytes, sample.Devices[0].WriteBytes, sample.Devices[0].Reads, sample.Devices[0].Writes));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("cpu.stat", "usage_usec 11\nnr_periods 0\n", false)]
    [InlineData("memory.current", "4097\n", false)]
    [InlineData("io.stat", "254:0 rbytes=1 wbytes=2 rios=1 wios=1\n", false)]
    [InlineData("pids.current", "9\n", true)]   // a new process would have used time
    public void IsStill_OneFileChanged_OnlyWhatCannotBeWithoutTheOthersIsOverlooked(string file, string text, bool still)
    {
        using FakeCgroup fake = FakeCgroup.With(
            ("cpu.stat", "usage_usec 10\nnr_periods 0\n"), ("memory.current", "4096\n"), ("pids.current", "1\n"), ("io.stat", "254:0 rbytes=1 wbytes=1 rios=1 wios=1\n"));
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = default;
        reader.TryRead(ref sample);
        if (file.Length > 0)
        {
            fake.Write(file, text);
        }
        Assert.Equal(still, reader.IsStill(ref sample));
    }

    [Fact]
    public void IsStill_OftenOrAfterRefresh_AsksForAWholeRead()
    {
        using FakeCgroup fake = FakeCgroup.With(("cpu.stat", "usage_usec 10\n"), ("memory.current", "4096\n"));
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = default;
        reader.TryRead(ref sample);
        int still = 0;
        while (reader.IsStill(ref sample))
        {
            still++;
        }
        Assert.Equal(CgroupReader.LimitsEvery - 1, still);
        reader.TryRead(ref sample);
        Assert.True(reader.IsStill(ref sample));
        reader.Refresh();
        Assert.False(reader.IsStill(ref sample));
    }

    [Fact]
    public void IsStill_OnlyPressureChanged_InTheSampleWithinTwoReads()
    {
        using FakeCgroup fake = FakeCgroup.With(("cpu.stat", "usage_usec 10\n"), ("io.pressure", "some avg10=0.00\n"));
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = default;
        reader.TryRead(ref sample);
        fake.Write("io.pressure", "some avg10=2.50\n");
        Assert.True(reader.IsStill(ref sample));
        Assert.True(reader.IsStill(ref sample));
        Assert.Equal(2.5, sample.IoPressure.Some10);
    }

    [Fact]
    public void TryRead_LimitsAreTheWordMax_AreNull()
    {
        using FakeCgroup fake = FakeCgroup.With(("memory.current", "4096\n"), ("memory.max", "max\n"), ("pids.max", "max\n"), ("cpu.max", "max 100000\n"));
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = new() { MemoryLimit = 1, PidsLimit = 1, CpuLimit = 1 };
        Assert.True(reader.TryRead(ref sample));
        Assert.Null(sample.MemoryLimit);
        Assert.Null(sample.PidsLimit);
        Assert.Null(sample.CpuLimit);
    }

    [Fact]
    public void TryRead_NoPeakFile_GreatestSeen()
    {
        using FakeCgroup fake = FakeCgroup.With(("memory.current", "9000\n"));
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = default;
        reader.TryRead(ref sample);
        fake.Write("memory.current", "5000\n");
        Assert.True(reader.TryRead(ref sample));
        Assert.Equal((5000L, 9000L), (sample.Memory, sample.MemoryPeak));
    }

    [Fact]
    public void TryRead_DeviceGone_NotCountedAgain()
    {
        using FakeCgroup fake = FakeCgroup.With(("io.stat", "254:0 rbytes=1 wbytes=1 rios=1 wios=1\n"));
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = default;
        reader.TryRead(ref sample);
        fake.Write("io.stat", "");
        reader.TryRead(ref sample);
        Assert.Equal(0, sample.DeviceCount);
    }

    [Fact]
    public void TryRead_LimitsChanged_SeenAfterRefreshOrATime()
    {
        using FakeCgroup fake = FakeCgroup.With(("memory.max", "4096\n"));
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = default;
        reader.TryRead(ref sample);
        fake.Write("memory.max", "8192\n");
        reader.TryRead(ref sample);
        Assert.Equal(4096, sample.MemoryLimit);
        reader.Refresh();
        reader.TryRead(ref sample);
        Assert.Equal(8192, sample.MemoryLimit);
        fake.Write("memory.max", "max\n");
        for (int i = 0; i < CgroupReader.LimitsEvery; i++)
        {
            reader.TryRead(ref sample);
        }
        Assert.Null(sample.MemoryLimit);
    }

    [Fact]
    public void TryRead_CgroupsBelow_TheirProcessesCountToo()
    {
        using FakeCgroup fake = FakeCgroup.With(("memory.current", "1\n"), ("cgroup.stat", "nr_descendants 2\n"), ("cgroup.procs", ""));
        Directory.CreateDirectory($"{fake.At}/a/b");
        fake.Write("a/cgroup.procs", "10\n");
        fake.Write("a/b/cgroup.procs", "11\n12\n");
        using CgroupReader reader = fake.Cgroup.OpenReader();
        CgroupSample sample = default;
        Assert.True(reader.TryRead(ref sample, details: true));
        Assert.Equal(3, sample.Details.Processes);
    }

    [Fact]
    public void TryRead_NoSuchCgroup_False()
    {
        using FakeCgroup fake = FakeCgroup.With();
        using CgroupReader reader = fake.Host.Open("two").OpenReader();
        CgroupSample sample = default;
        Assert.False(reader.TryRead(ref sample));
    }
}
