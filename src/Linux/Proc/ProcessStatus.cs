using System.Collections.Immutable;
using System.Globalization;

namespace Brig.Linux.Proc;

/// <summary>What /proc/PID/status says of what a process may do (proc_pid_status(5)). Numbers of users and groups are those of the reader's user namespace.</summary>
/// <param name="Name">Its own choice, at most 15 bytes; the kernel escapes line ends and backslashes.</param>
/// <param name="InnerPids">NSpid: in the reader's pid namespace first, in its own last.</param>
/// <param name="Uids">Real, effective, saved, file system.</param>
/// <param name="Seccomp">0 off, 1 strict, 2 filter; null: a kernel without it.</param>
public sealed record ProcessStatus(
    string Name, string State, int Pid, int ParentPid, ImmutableArray<int> InnerPids, ImmutableArray<uint> Uids, ImmutableArray<uint> Gids, ImmutableArray<uint> Groups,
    ulong Inheritable, ulong Permitted, ulong Effective, ulong Bounding, ulong Ambient, bool NoNewPrivileges, int? Seccomp, int? SeccompFilters)
{
    /// <summary>Null when it is no such text. Of a line that comes twice the first counts.</summary>
    public static ProcessStatus? Parse(string text)
    {
        Dictionary<string, string> lines = new(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                lines.TryAdd(line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
            }
        }
        ImmutableArray<uint> uids = Numbers<uint>("Uid"), gids = Numbers<uint>("Gid");
        if (uids.Length != 4 || gids.Length != 4 || !lines.TryGetValue("Name", out string? name) || Number("Pid") is not { } pid)
        {
            return null;
        }
        return new(
            name, lines.GetValueOrDefault("State", "") is { Length: > 0 } state ? state[..1] : "?", pid, Number("PPid") ?? 0, Numbers<int>("NSpid"), uids, gids, Numbers<uint>("Groups"),
            Mask("CapInh"), Mask("CapPrm"), Mask("CapEff"), Mask("CapBnd"), Mask("CapAmb"), Number("NoNewPrivs") == 1, Number("Seccomp"), Number("Seccomp_filters"));

        int? Number(string key) => lines.TryGetValue(key, out string? value) && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

        ulong Mask(string key) => lines.TryGetValue(key, out string? value) && ulong.TryParse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask) ? mask : 0;

        ImmutableArray<T> Numbers<T>(string key) where T : struct, System.Numerics.INumber<T>
        {
            List<T> numbers = [];
            foreach (string word in lines.GetValueOrDefault(key, "").Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (!T.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out T number))
                {
                    return [];
                }
                numbers.Add(number);
            }
            return [.. numbers];
        }
    }
}
