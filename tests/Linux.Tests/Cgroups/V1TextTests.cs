using Brig.Linux.Cgroups;
using Brig.Linux.Cgroups.V1;

namespace Brig.Linux.Tests.Cgroups;

public sealed class V1TextTests
{
    [Fact]
    public void ReadBytes_CapturedTable_ReadsAndWritesByDevice()
    {
        CgroupSample sample = default;
        BlkioText.ReadBytes("254:0 Read 4096\n254:0 Write 12288\n254:0 Sync 16384\n254:0 Async 0\n254:0 Discard 0\n254:0 Total 16384\nTotal 16384\n"u8, ref sample);
        BlkioText.ReadCounts("254:0 Read 1\n254:0 Write 3\n254:0 Total 4\n7:1 Read 2\nTotal 6\n"u8, ref sample);
        Assert.Equal(2, sample.DeviceCount);
        Assert.Equal((4096L, 12288L, 1L, 3L), (sample.Devices![0].ReadBytes, sample.Devices[0].WriteBytes, sample.Devices[0].Reads, sample.Devices[0].Writes));
        Assert.Equal((0L, 2L), (sample.Devices[1].ReadBytes, sample.Devices[1].Reads));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Total 0\n")]
    [InlineData("254:0 Rea")]
    [InlineData("254")]
    public void ReadBytes_EmptyOrCutOff_NoDevice(string text)
    {
        CgroupSample sample = default;
        BlkioText.ReadBytes(System.Text.Encoding.ASCII.GetBytes(text), ref sample);
        Assert.Equal(0, sample.DeviceCount);
    }

    [Fact]
    public void ReadV1_MemoryStat_TotalsOnly()
    {
        CgroupSample sample = default;
        MemoryStatText.ReadV1("cache 1\nrss 2\nswap 3\ninactive_file 4\nhierarchical_memory_limit 5\ntotal_cache 100\ntotal_rss 200\ntotal_rss_huge 7\ntotal_swap 300\ntotal_inactive_anon 9\ntotal_inactive_file 40\ntotal_active_file 8\n"u8, ref sample);
        Assert.Equal((100L, 200L, 300L, 40L), (sample.File, sample.Anonymous, sample.Swap, sample.InactiveFile));
    }

    [Fact]
    public void ReadV1_CpuStat_NanosecondsBecomeMicroseconds()
    {
        CgroupSample sample = default;
        CpuStatText.ReadV1("nr_periods 10\nnr_throttled 4\nthrottled_time 5000000\nnr_bursts 0\nburst_time 0\n"u8, ref sample);
        Assert.Equal((10L, 4L, 5000L), (sample.Periods, sample.ThrottledPeriods, sample.ThrottledMicroseconds));
    }

    [Theory]
    [InlineData(100, 1024)]
    [InlineData(1, 10)]
    [InlineData(10_000, 102_400)]
    public void Shares_Weight_RatioStays(int weight, long shares) => Assert.Equal(shares, V1Plan.Shares(weight));

    [Theory]
    [InlineData("50000 100000\n", 0.5)]
    [InlineData("max 100000\n", null)]
    [InlineData("", null)]
    [InlineData("50000", null)]
    public void Cores_CpuMax_QuotaByPeriod(string text, double? cores) => Assert.Equal(cores, CpuMaxText.Cores(System.Text.Encoding.ASCII.GetBytes(text)));
}
