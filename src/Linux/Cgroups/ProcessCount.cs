using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>How many processes are in a cgroup and below. Most have none below, which one line of cgroup.stat tells.</summary>
internal static class ProcessCount
{
    private const int Deepest = 8;

    /// <param name="directory">Of one hierarchy.</param>
    /// <param name="isV2">It has a cgroup.stat.</param>
    public static long Of(string directory, bool isV2)
        => isV2 && KeyedText.Value(HeldFiles.TextOnce($"{directory}/cgroup.stat"), "nr_descendants"u8) == 0 ? In(directory) : Below(directory, Deepest);

    /// <summary>One line each. A buffer holds some nine thousand; of more than that, those are told.</summary>
    private static long In(string directory) => HeldFiles.TextOnce($"{directory}/cgroup.procs").Count((byte)'\n');

    private static long Below(string directory, int deeper)
    {
        long count = In(directory);
        try
        {
            foreach (string child in deeper == 0 ? [] : Directory.EnumerateDirectories(directory))
            {
                count += Below(child, deeper - 1);
            }
        }
        catch (IOException)
        {
            // gone meanwhile
        }
        return count;
    }
}
