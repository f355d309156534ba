using System.Text;
using Brig.Linux.Proc;

namespace Brig.Linux.Tests.Proc;

public sealed class ProcTextTests
{
    [Fact]
    public void ReadStat_CapturedText_CoresAndNotTheirSum()
    {
        MachineCounters machine = default;
        MachineText.ReadStat("cpu  28086 0 9616 506723 1259 0 240 28 0 0\ncpu0 6463 0 2303 127577 93 0 60 5 0 0\ncpu1 6200 1 1809 128316 107 2 40 5 100 0\nintr 770284 0 0\nctxt 1\n"u8, ref machine);
        Assert.Equal(2, machine.CoreCount);
        Assert.Equal(new(6463 + 2303 + 60 + 5, 6463 + 2303 + 127577 + 93 + 60 + 5), machine.Cores![0]);
        Assert.Equal(6200 + 1 + 1809 + 2 + 40 + 5, machine.Cores[1].Busy);
    }

    [Fact]
    public void ReadMemory_CapturedText_Bytes()
    {
        MachineCounters machine = default;
        MachineText.ReadMemory("MemTotal:       16384256 kB\nMemFree:         100 kB\nMemAvailable:   12000000 kB\nSwapCached:            0 kB\nSwapTotal:       1024 kB\nSwapFree:        512 kB\nDirty: 1 kB\n"u8, ref machine);
        Assert.Equal((16384256L * 1024, 12000000L * 1024, 1024L * 1024, 512L * 1024), (machine.MemoryTotal, machine.MemoryAvailable, machine.SwapTotal, machine.SwapFree));
    }

    [Fact]
    public void ReadMemory_Parts_OfProgramsFilesAndTheKernel()
    {
        MachineCounters machine = default;
        MachineText.ReadMemory("MemTotal: 100 kB\nBuffers: 2 kB\nCached: 30 kB\nSwapCached: 9 kB\nSwapFree: 0 kB\nAnonPages: 40 kB\nSlab: 5 kB\nSReclaimable: 9 kB\nKernelStack: 1 kB\nPageTables: 3 kB\nSecPageTables: 9 kB\n"u8, ref machine);
        Assert.Equal((40 * 1024L, 32 * 1024L, 9 * 1024L), (machine.Anonymous, machine.FileCache, machine.Kernel));
    }

    [Fact]
    public void ReadMemory_MissingLines_AreZeroNotTheLastOnes()
    {
        MachineCounters machine = new() { SwapTotal = 5, MemoryAvailable = 5 };
        MachineText.ReadMemory("MemTotal: 1 kB\n"u8, ref machine);
        Assert.Equal((1024L, 0L, 0L), (machine.MemoryTotal, machine.MemoryAvailable, machine.SwapTotal));
    }

    [Fact]
    public void ReadLoad_CapturedText_ThreeNumbers()
    {
        MachineCounters machine = default;
        MachineText.ReadLoad("0.20 1.18 12.12 1/80 11206\n"u8, ref machine);
        Assert.Equal((0.2, 1.18, 12.12, 80L), (machine.Load1, machine.Load5, machine.Load15, machine.Tasks));
    }

    [Theory]
    [InlineData("some avg10=20.79 avg60=9.19 avg300=3.50 total=27466003\nfull avg10=1.50 avg60=0.00 avg300=0.00 total=7\n", 20.79, 1.5, 27466003, 7)]
    [InlineData("some avg10=3.00 avg60=9.19 avg300=3.50 total=27466003\n", 3, 0, 27466003, 0)]   // cpu before 5.13 has no full
    [InlineData("", 0, 0, 0, 0)]
    [InlineData("some avg1", 0, 0, 0, 0)]
    [InlineData("some avg10=", 0, 0, 0, 0)]
    public void Parse_Pressure_SomeAndFull(string text, double some, double full, long someTotal, long fullTotal)
        => Assert.Equal(new(some, full, someTotal, fullTotal), PressureText.Parse(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Read_NetDev_InterfacesWithoutLoopback()
    {
        InterfaceTable table = default;
        table.Read("""
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
              eth0: 1079542654   24338    0    0    0     0          0         0  1335223   15107    0    0    0     0       0          0
            veth1a2b:12 1 0 0 0 0 0 0 34 2 0 0 0 0 0 0
            """u8);
        Assert.Equal(2, table.Count);
        Assert.Equal(("eth0", 1079542654L, 24338L, 1335223L, 15107L), (table.Items![0].Name, table.Items[0].ReceiveBytes, table.Items[0].ReceivePackets, table.Items[0].TransmitBytes, table.Items[0].TransmitPackets));
        Assert.Equal(("veth1a2b", 12L, 34L), (table.Items[1].Name, table.Items[1].ReceiveBytes, table.Items[1].TransmitBytes));
    }

    [Theory]
    [InlineData("0-2,4", new[] { 0, 1, 2, 4 })]
    [InlineData("3", new[] { 3 })]
    [InlineData("1,1", new[] { 1 })]
    public void Parse_CpuList_Numbers(string text, int[] cpus) => Assert.Equal(cpus, CpuList.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("0-")]
    [InlineData("2-1")]
    [InlineData("0-99999999")]
    [InlineData("0 1")]
    public void Parse_NoCpuList_Null(string text) => Assert.Null(CpuList.Parse(text));

    [Theory]
    [InlineData("oom", 4)]
    [InlineData("oom_kill", 5)]
    [InlineData("low", 0)]
    [InlineData("kill", 0)]
    public void Value_KeyThatBeginsAnother_ItsOwnNumber(string key, long value) => Assert.Equal(value, KeyedText.Value("oom_kill 5\noom 4\nlow\n", key));

    [Fact]
    public void Read_ThisMachine_MakesSense()
    {
        using MachineReader reader = new();
        MachineCounters machine = default;
        reader.Read(ref machine);
        Assert.InRange(machine.CoreCount, 1, 8192);
        Assert.InRange(machine.MemoryAvailable, 1, machine.MemoryTotal);
        Assert.All(machine.Cores!.Take(machine.CoreCount), core => Assert.InRange(core.Busy, 0, core.Total));
    }
}
