using System.Collections.Immutable;
using System.Globalization;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>Every device node of the host, for a privileged container.</summary>
internal static class HostDevices
{
    /// <summary>As sysfs tells them (/sys/dev/char and block), where the node exists.</summary>
    public static ImmutableArray<DevicePlan> All()
    {
        var all = StandardRoot.Devices.ToBuilder();
        var taken = all.Select(device => device.Path).ToHashSet();
        foreach (var (kind, type) in ((string, char)[])[("char", 'c'), ("block", 'b')])
        {
            foreach (string device in Entries("/sys/dev/" + kind))
            {
                var facts = Facts(device + "/uevent");
                if (facts.TryGetValue("DEVNAME", out string? name) && !name.StartsWith("pts/", StringComparison.Ordinal) && name != "ptmx"
                    && File.Exists("/dev/" + name) && taken.Add("/dev/" + name)
                    && uint.TryParse(facts.GetValueOrDefault("MAJOR"), NumberStyles.None, CultureInfo.InvariantCulture, out uint major)
                    && uint.TryParse(facts.GetValueOrDefault("MINOR"), NumberStyles.None, CultureInfo.InvariantCulture, out uint minor))
                {
                    all.Add(new("/dev/" + name, type, major, minor, (uint)File.GetUnixFileMode("/dev/" + name) & 0x1FF));
                }
            }
        }
        return all.ToImmutable();
    }

    private static string[] Entries(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    private static Dictionary<string, string> Facts(string uevent)
    {
        try
        {
            return File.ReadAllLines(uevent).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        }
        catch (IOException)
        {
            return [];   // unplugged between the list and the read
        }
    }
}
