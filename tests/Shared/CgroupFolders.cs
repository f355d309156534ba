namespace Brig.Tests;

/// <summary>The folders of one cgroup, in each hierarchy that this machine has (cgroups(7)).</summary>
public static class CgroupFolders
{
    /// <param name="path">From the top of a hierarchy: <c>brig-1</c>, <c>/brig-1/a</c>.</param>
    public static IEnumerable<string> Of(string path) =>
        Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(hierarchy => $"{hierarchy}/{path.TrimStart('/')}").Where(Directory.Exists);

    /// <summary>Removes it as soon as its last process has left: that one may live a moment longer than the command that started it, as podman's conmon does.</summary>
    /// <param name="path">As in <see cref="Of"/>.</param>
    /// <param name="recursive">Those within it too. Else there are to be none: an engine removes what it made.</param>
    public static Task RemoveAsync(string path, bool recursive = false) =>
        Wait.Until(() => Of(path).All(folder => TryRemove(folder, recursive)), () => $"nobody is in the cgroup {path}; in it are {string.Join(", ", Of(path).SelectMany(Within))}");

    /// <summary>All that are in it or in one within it; whoever comes or goes meanwhile may be missing.</summary>
    /// <param name="path">As in <see cref="Of"/>.</param>
    public static int[] Processes(string path) => [.. Of(path).SelectMany(ProcessesBelow).Where(pid => pid != 0).Distinct()];

    private static bool TryRemove(string folder, bool recursive)
    {
        try
        {
            if (recursive && !Directory.GetDirectories(folder).All(inner => TryRemove(inner, recursive)))
            {
                return false;
            }
            Directory.Delete(folder);
            return true;
        }
        catch (IOException)
        {
            return !Directory.Exists(folder);
        }
    }

    /// <summary>Cgroups and processes, to be told.</summary>
    private static IEnumerable<string> Within(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder).Concat(File.ReadAllLines(folder + "/cgroup.procs").Select(pid => $"{folder}: process {pid}"));
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static IEnumerable<int> ProcessesBelow(string folder)
    {
        try
        {
            return [.. File.ReadAllLines(folder + "/cgroup.procs").Select(int.Parse), .. Directory.GetDirectories(folder).SelectMany(ProcessesBelow)];
        }
        catch (IOException)
        {
            return [];   // it was removed just now
        }
    }
}
