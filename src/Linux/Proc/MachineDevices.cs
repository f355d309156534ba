using Brig.Linux.Cgroups;

namespace Brig.Linux.Proc;

/// <summary>
/// What went through the machine's disks and interfaces, from /sys: those with hardware behind them (a link <c>device</c>), so that a byte counts once and not again at a partition, a loop device, a bridge
/// or a container's cable. Where there is none, as in a machine inside a container, those that look like it. They are looked for anew now and then.
/// </summary>
internal sealed class MachineDevices : IDisposable
{
    private const int LookEvery = 10, Sector = 512;

    private readonly string _disks, _interfaces;
    private readonly List<HeldFile> _stat = [], _received = [], _sent = [];
    private string[] _names = [];
    private int _reads, _version;

    public MachineDevices(string sys) => (_disks, _interfaces) = (sys + "/block", sys + "/class/net");

    public void Read(ref MachineCounters machine)
    {
        if (_reads++ % LookEvery == 0)
        {
            Look();
        }
        (machine.ReadBytes, machine.WriteBytes, machine.ReceiveBytes, machine.TransmitBytes, machine.Devices) = (0, 0, 0, 0, _version);
        foreach (var file in _stat)
        {
            AddDisk(HeldFiles.Text(file), ref machine);
        }
        foreach (var file in _received)
        {
            machine.ReceiveBytes += HeldFiles.Number(file);
        }
        foreach (var file in _sent)
        {
            machine.TransmitBytes += HeldFiles.Number(file);
        }
    }

    public void Dispose() => Release();

    /// <summary>A file <c>stat</c> (Documentation/block/stat.rst): reads, merged, sectors, milliseconds, writes, merged, sectors …; a sector is 512 bytes, whatever the disk's are.</summary>
    internal static void AddDisk(ReadOnlySpan<byte> text, ref MachineCounters machine)
    {
        for (int field = 0; field < 7; field++)
        {
            long number = TextNumbers.Integer(TextNumbers.Word(ref text));
            if (field == 2)
            {
                machine.ReadBytes += number * Sector;
            }
            else if (field == 6)
            {
                machine.WriteBytes += number * Sector;
            }
        }
    }

    private void Look()
    {
        string[] disks = Chosen(_disks, IsLikeADisk), interfaces = Chosen(_interfaces, IsLikeAnUplink);
        string[] names = [.. disks, .. interfaces];
        if (names.AsSpan().SequenceEqual(_names))
        {
            return;
        }
        Release();
        (_names, _version) = (names, _version + 1);
        _stat.AddRange(disks.Select(disk => new HeldFile(disk + "/stat")));
        _received.AddRange(interfaces.Select(link => new HeldFile(link + "/statistics/rx_bytes")));
        _sent.AddRange(interfaces.Select(link => new HeldFile(link + "/statistics/tx_bytes")));
    }

    private static string[] Chosen(string folder, Func<string, bool> isLikely)
    {
        try
        {
            string[] all = [.. Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal)];
            string[] real = [.. all.Where(one => Path.Exists(one + "/device"))];
            return real.Length > 0 ? real : [.. all.Where(isLikely)];
        }
        catch (IOException)
        {
            return [];   // no such folder in this kernel, or gone while it was listed
        }
    }

    private static bool IsLikeADisk(string path) => Path.GetFileName(path) is var name
        && !name.StartsWith("loop", StringComparison.Ordinal) && !name.StartsWith("ram", StringComparison.Ordinal) && !name.StartsWith("zram", StringComparison.Ordinal) && !name.StartsWith("dm-", StringComparison.Ordinal);

    /// <summary>Neither the loopback nor a bridge nor plugged into one.</summary>
    private static bool IsLikeAnUplink(string path) =>
        Path.GetFileName(path) != "lo" && !Directory.Exists(path + "/bridge") && !Path.Exists(path + "/master") && File.Exists(path + "/statistics/rx_bytes");

    private void Release()
    {
        foreach (var file in (HeldFile[])[.. _stat, .. _received, .. _sent])
        {
            file.Dispose();
        }
        _stat.Clear();
        _received.Clear();
        _sent.Clear();
    }
}
