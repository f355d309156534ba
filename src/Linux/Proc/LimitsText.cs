using System.Collections.Immutable;

namespace Brig.Linux.Proc;

/// <summary>/proc/PID/limits: <c>Max open files            1024                 524288               files</c>.</summary>
public static class LimitsText
{
    /// <summary>In the kernel's order, by the names of getrlimit(2).</summary>
    private static readonly (string Line, string Name)[] s_names =
    [
        ("Max cpu time", "cpu"), ("Max file size", "fsize"), ("Max data size", "data"), ("Max stack size", "stack"), ("Max core file size", "core"), ("Max resident set", "rss"),
        ("Max processes", "nproc"), ("Max open files", "nofile"), ("Max locked memory", "memlock"), ("Max address space", "as"), ("Max file locks", "locks"),
        ("Max pending signals", "sigpending"), ("Max msgqueue size", "msgqueue"), ("Max nice priority", "nice"), ("Max realtime priority", "rtprio"), ("Max realtime timeout", "rttime"),
    ];

    /// <summary>As <c>1024:524288</c> or <c>0:unlimited</c>, by name.</summary>
    public static ImmutableArray<(string Name, string Value)> Parse(string text)
    {
        var limits = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (string line in text.Split('\n'))
        {
            foreach (var (start, name) in s_names)
            {
                string[] words = line.StartsWith(start + " ", StringComparison.Ordinal) ? line[start.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
                if (words.Length >= 2)
                {
                    limits.Add((name, $"{words[0]}:{words[1]}"));
                }
            }
        }
        return limits.ToImmutable();
    }
}
