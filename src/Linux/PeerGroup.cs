using static Brig.Linux.Libc;

namespace Brig.Linux;

/// <summary>With whom the mount that holds a path shares what is mounted on it (mount_namespaces(7)).</summary>
/// <param name="IsShared">Others see what is mounted here.</param>
/// <param name="IsSlave">What others mount is seen here.</param>
public readonly record struct PeerGroup(bool IsShared, bool IsSlave)
{
    /// <summary>Throws <see cref="LinuxException"/>.</summary>
    public static PeerGroup Of(string path)
    {
        var fd = open(path, O_PATH | O_CLOEXEC);
        if (fd < 0)
            throw new LinuxException("open", path, Errno.Last);
        try
        {
            var id = File.ReadLines($"/proc/self/fdinfo/{fd}").FirstOrDefault(line => line.StartsWith("mnt_id:", StringComparison.Ordinal))?[7..].Trim() ?? "";
            return Parse(File.ReadLines("/proc/self/mountinfo"), id);
        }
        finally
        {
            _ = close(fd);
        }
    }

    /// <summary>proc_pid_mountinfo(5): <c>36 35 98:0 / /mnt rw,noatime shared:1 master:2 - ext3 /dev/root rw</c>.</summary>
    internal static PeerGroup Parse(IEnumerable<string> mountinfo, string id)
    {
        foreach (var line in mountinfo)
        {
            if (!line.StartsWith(id + " ", StringComparison.Ordinal))
                continue;
            var fields = line.Split(" - ", 2)[0].Split(' ').Skip(6).ToArray();
            return new(fields.Any(field => field.StartsWith("shared:", StringComparison.Ordinal)), fields.Any(field => field.StartsWith("master:", StringComparison.Ordinal)));
        }
        return default;
    }
}
