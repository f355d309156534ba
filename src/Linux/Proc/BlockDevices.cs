using System.Collections.Concurrent;
using System.Globalization;

namespace Brig.Linux.Proc;

/// <summary>Block devices by name and by number, from /sys.</summary>
public static class BlockDevices
{
    private static readonly ConcurrentDictionary<(int, int), string> s_names = new();

    /// <summary><c>major:minor</c> of <c>/dev/vda</c> or of <c>254:0</c>; null when there is no such block device.</summary>
    public static string? Number(string device)
    {
        if (!device.StartsWith('/'))
        {
            string[] parts = device.Split(':');
            return parts.Length == 2 && parts.All(part => uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                && Directory.Exists($"/sys/dev/block/{device}") ? device : null;
        }
        FileInfo file = new(device);
        string name = Path.GetFileName(file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? device : device);
        string number = $"/sys/class/block/{name}/dev";
        return file.Exists && name.Length > 0 && File.Exists(number) ? File.ReadAllText(number).Trim() : null;
    }

    /// <summary><c>vda</c>; the bare numbers when the device is gone. Remembered, so that it costs nothing each second.</summary>
    public static string Name(int major, int minor) => s_names.GetOrAdd((major, minor), static key =>
    {
        string? target = new DirectoryInfo($"/sys/dev/block/{key.Item1}:{key.Item2}").LinkTarget;
        return target is null ? $"{key.Item1}:{key.Item2}" : Path.GetFileName(target);
    });
}
