using Brig.Linux.Proc;

namespace Brig.Linux.Tests.Proc;

public sealed class MachineDevicesTests : IDisposable
{
    private readonly string _sys = Directory.CreateTempSubdirectory("brig-sys-").FullName;

    public MachineDevicesTests()
    {
        Directory.CreateDirectory(_sys + "/block");
        Directory.CreateDirectory(_sys + "/class/net");
    }

    public void Dispose() => Directory.Delete(_sys, recursive: true);

    [Fact]
    public void Read_RealOnesThere_OnlyTheyCount()
    {
        Disk("vda", read: 10, written: 4, isReal: true);
        Disk("loop0", read: 1000, written: 1000);
        Link("eth0", 7, 9, isReal: true);
        Link("br-1", 100, 100);

        var machine = Read();

        Assert.Equal((5120L, 2048L, 7L, 9L), (machine.ReadBytes, machine.WriteBytes, machine.ReceiveBytes, machine.TransmitBytes));
    }

    [Fact]
    public void Read_NothingReal_WhatLooksLikeIt()
    {
        Disk("loop0", read: 1000, written: 1000);
        Disk("sda", read: 1, written: 2);
        Link("lo", 50, 50);
        Link("eth0", 7, 9);
        Link("br0", 100, 100);
        Directory.CreateDirectory(_sys + "/class/net/br0/bridge");

        var machine = Read();

        Assert.Equal((512L, 1024L, 7L, 9L), (machine.ReadBytes, machine.WriteBytes, machine.ReceiveBytes, machine.TransmitBytes));
    }

    [Fact]
    public void Read_ADiskMore_ItIsNotComparedWithBefore()
    {
        Disk("sda", read: 1, written: 1, isReal: true);
        using var devices = new MachineDevices(_sys);
        MachineCounters machine = default;
        devices.Read(ref machine);
        int before = machine.Devices;
        Disk("sdb", read: 1000, written: 1, isReal: true);
        for (int i = 0; i < 20; i++)
        {
            devices.Read(ref machine);
        }

        Assert.NotEqual(before, machine.Devices);
        Assert.Equal(1001 * 512, machine.ReadBytes);
    }

    private MachineCounters Read()
    {
        using var devices = new MachineDevices(_sys);
        MachineCounters machine = default;
        devices.Read(ref machine);
        return machine;
    }

    private void Disk(string name, int read, int written, bool isReal = false)
    {
        Directory.CreateDirectory($"{_sys}/block/{name}" + (isReal ? "/device" : ""));
        File.WriteAllText($"{_sys}/block/{name}/stat", $"    5   0  {read}   9   6   0   {written}   8   0   1   2\n");
    }

    private void Link(string name, int received, int sent, bool isReal = false)
    {
        Directory.CreateDirectory($"{_sys}/class/net/{name}/statistics");
        if (isReal)
        {
            Directory.CreateDirectory($"{_sys}/class/net/{name}/device");
        }
        File.WriteAllText($"{_sys}/class/net/{name}/statistics/rx_bytes", $"{received}\n");
        File.WriteAllText($"{_sys}/class/net/{name}/statistics/tx_bytes", $"{sent}\n");
    }
}
