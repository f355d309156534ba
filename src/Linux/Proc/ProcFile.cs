using Brig.Linux.Cgroups;

namespace Brig.Linux.Proc;

/// <summary>Small files of /proc. A process may end between any two reads.</summary>
public static class ProcFile
{
    /// <summary>The whole text; null when it cannot be read.</summary>
    public static string? Read(int pid, string name) => Kernfs.ReadText($"/proc/{pid}/{name}", out _);

    /// <summary>The whole text, without the last line end; null when it cannot be read.</summary>
    public static string? ReadAt(string path) => Kernfs.ReadText(path, out _);

    /// <summary>The number of one of namespaces(7); 0 when it cannot be read.</summary>
    /// <param name="kind">mnt, pid, net, uts, ipc, cgroup, user, time.</param>
    public static ulong Namespace(string pid, string kind)
    {
        try
        {
            // "net:[4026531840]"
            string link = new FileInfo($"/proc/{pid}/ns/{kind}").LinkTarget ?? "";
            int from = link.IndexOf('[', StringComparison.Ordinal) + 1;
            return from > 0 && ulong.TryParse(link.AsSpan(from, link.Length - from - 1), System.Globalization.CultureInfo.InvariantCulture, out ulong inode) ? inode : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;   // it has ended
        }
    }
}
