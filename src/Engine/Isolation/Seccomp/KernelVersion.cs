using System.Text.RegularExpressions;

namespace Brig.Engine.Isolation.Seccomp;

/// <summary>The running kernel's, as major and minor.</summary>
internal static partial class KernelVersion
{
    /// <summary>NEW_LISTENER came with 5.0, WAIT_KILLABLE_RECV with 5.19 (seccomp(2)).</summary>
    public static readonly Version Notifies = new(5, 0), WaitsKillably = new(5, 19);

    public static Version Now { get; } = Parse(File.ReadAllText("/proc/sys/kernel/osrelease"));

    /// <param name="release">As <c>6.1.0-18-amd64</c>.</param>
    internal static Version Parse(string release) => Rule().Match(release) is { Success: true } match ? new(int.Parse(match.Groups[1].ValueSpan), int.Parse(match.Groups[2].ValueSpan)) : new(0, 0);

    [GeneratedRegex(@"\A(\d{1,6})\.(\d{1,6})", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
