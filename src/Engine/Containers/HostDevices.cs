using System.Collections.Immutable;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>Device nodes of the host: those that were asked for, or every one for a privileged container.</summary>
internal static class HostDevices
{
    /// <exception cref="EngineException">Invalid: one is not a device of this machine (any more).</exception>
    public static ImmutableArray<DevicePlan> Asked(ImmutableArray<DeviceSpec> devices) => [.. devices.Select(device => Plan(device.HostPath, device.Path ?? device.HostPath, Find(device)))];

    /// <summary>What the cgroup lets through for them.</summary>
    /// <exception cref="EngineException">Invalid, as <see cref="Asked"/>.</exception>
    public static ImmutableArray<DeviceRule> Rules(ImmutableArray<DeviceSpec> devices) =>
        [.. devices.Select(device => Find(device) is var node ? new DeviceRule(node.Type, (int)node.Major, (int)node.Minor, device.Permissions) : default)];

    /// <summary>As sysfs tells them (/sys/dev/char and block), where the node exists; what was asked for by another path as well.</summary>
    public static ImmutableArray<DevicePlan> All(ImmutableArray<DeviceSpec> asked)
    {
        var all = StandardRoot.Devices.ToBuilder();
        var taken = all.Select(device => device.Path).ToHashSet();
        foreach (var device in Asked(asked).Where(device => taken.Add(device.Path)))
        {
            all.Add(device);
        }
        foreach (string device in Entries("/sys/dev/char").Concat(Entries("/sys/dev/block")))
        {
            if (Name(device + "/uevent") is { } name && !name.StartsWith("pts/", StringComparison.Ordinal) && name != "ptmx"
                && DeviceNode.TryRead("/dev/" + name) is { } node && taken.Add("/dev/" + name))
            {
                all.Add(Plan("/dev/" + name, "/dev/" + name, node));
            }
        }
        return all.ToImmutable();
    }

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(ImmutableArray<DeviceSpec> devices)
    {
        var targets = new HashSet<string>();
        foreach (var device in devices)
        {
            SpecCheck.InnerPath(device.HostPath, "device");
            string path = (device.Path ?? device.HostPath).TrimEnd('/');
            SpecCheck.InnerPath(path, "path of the device inside");
            if (device.Permissions.Length is 0 or > 3 || device.Permissions.Distinct().Count() != device.Permissions.Length || device.Permissions.Any(c => !"rwm".Contains(c, StringComparison.Ordinal)))
            {
                throw EngineException.Invalid($"\"{Text.Short(device.Permissions)}\" is no permission for the device {Text.Short(device.HostPath)}; write some of r (read), w (write) and m (make nodes of it).");
            }
            if (!targets.Add(path) || StandardRoot.Devices.Any(standard => standard.Path == path) || path is "/dev/console" or "/dev/ptmx")
            {
                throw EngineException.Invalid($"Two devices would be at {path} in the container.");
            }
            Find(device);
        }
    }

    private static DeviceNode Find(DeviceSpec device) => DeviceNode.TryRead(device.HostPath)
        ?? throw EngineException.Invalid($"\"{Text.Short(device.HostPath)}\" is no device of this machine.");

    private static DevicePlan Plan(string hostPath, string path, DeviceNode node) => new(path, node.Type, node.Major, node.Minor, node.Mode, node.Uid, node.Gid, hostPath);

    private static string[] Entries(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    private static string? Name(string uevent)
    {
        try
        {
            return File.ReadLines(uevent).FirstOrDefault(line => line.StartsWith("DEVNAME=", StringComparison.Ordinal))?[8..];
        }
        catch (IOException)
        {
            return null;   // unplugged between the list and the read
        }
    }
}
