using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Engine.Ids;

namespace Brig.Engine.Containers;

/// <summary>Processes as /proc tells them (proc(5)). One may end between the list and the read.</summary>
internal sealed class ProcReader
{
    private static readonly long TicksPerSecond = 100;   // USER_HZ, the same on every Linux .NET runs on
    private const int LongestCommand = 4096;

    private readonly DateTimeOffset _boot = BootTime();

    /// <param name="ids">The container's, or null.</param>
    /// <param name="names">Of users inside the container, by number.</param>
    public ImmutableArray<ProcessRow> Read(IEnumerable<int> pids, UserIds? ids, IReadOnlyDictionary<uint, string> names) =>
        [.. pids.Select(pid => TryRead(pid, ids, names)).OfType<ProcessRow>()];

    private ProcessRow? TryRead(int pid, UserIds? ids, IReadOnlyDictionary<uint, string> names)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name in brackets may itself hold brackets and blanks.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var status = Status(pid);
            string command = CommandLine(pid);
            if (command.Length == 0)
            {
                command = $"[{stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')]}]";   // a zombie, or the kernel's own
            }
            uint user = uint.Parse(Words(status, "Uid")[0], CultureInfo.InvariantCulture);
            user -= ids is { } range && user >= range.First && user - range.First < UserIds.Size ? range.First : 0;
            return new(
                pid, int.Parse(Words(status, "NSpid")[^1], CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture),
                names.TryGetValue(user, out string? name) ? name : user.ToString(CultureInfo.InvariantCulture), fields[0],
                TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / (double)TicksPerSecond),
                status.ContainsKey("VmRSS") ? Number(Words(status, "VmRSS")[0]) * 1024 : 0, (int)Number(fields[17]),
                _boot + TimeSpan.FromSeconds(Number(fields[19]) / (double)TicksPerSecond), command);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or KeyNotFoundException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Its beginning: a program may have megabytes of it, and fork a thousand times.</summary>
    private static string CommandLine(int pid)
    {
        Span<byte> bytes = stackalloc byte[LongestCommand];
        using var file = File.OpenHandle($"/proc/{pid}/cmdline");
        int length = RandomAccess.Read(file, bytes, 0);
        return Encoding.UTF8.GetString(bytes[..length]).TrimEnd('\0').Replace('\0', ' ') + (length == LongestCommand ? "…" : "");
    }

    private static Dictionary<string, string> Status(int pid) => File.ReadAllLines($"/proc/{pid}/status")
        .Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1].Trim());

    private static string[] Words(Dictionary<string, string> status, string key) => status[key].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset BootTime()
    {
        string line = File.ReadLines("/proc/stat").First(line => line.StartsWith("btime ", StringComparison.Ordinal));
        return DateTimeOffset.FromUnixTimeSeconds(Number(line["btime ".Length..]));
    }
}
