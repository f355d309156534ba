using System.Globalization;

namespace Brig.Linux.Proc;

/// <summary>Lists of processors as the kernel writes them: <c>0-2,4</c>.</summary>
public static class CpuList
{
    /// <summary>The numbers, ascending; null when it is no such list or names more than 8192.</summary>
    public static IReadOnlyCollection<int>? Parse(string text)
    {
        SortedSet<int> cpus = [];
        foreach (string part in text.Trim().Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !Number(ends[0], out int first) || !Number(ends[^1], out int last) || last < first)
            {
                return null;
            }
            for (int cpu = first; cpu <= last; cpu++)
            {
                cpus.Add(cpu);
            }
        }
        return cpus;
    }

    /// <summary>Why this cannot be a set of this machine's processors, as a sentence; null when it can.</summary>
    /// <param name="online">The machine's list; null: asks the kernel.</param>
    public static string? WhyInvalid(string text, string? online = null)
    {
        if (Parse(text) is not { } asked)
        {
            return $"The CPU set \"{text}\" is not a list such as 0-2,4";
        }
        online ??= File.ReadAllText("/sys/devices/system/cpu/online").Trim();
        return Parse(online) is { } have && asked.Except(have).Any() ? $"The CPU set \"{text}\" names processors this machine does not have (it has {online})" : null;
    }

    private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value < 8192;
}
