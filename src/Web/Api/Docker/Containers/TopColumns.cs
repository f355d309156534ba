using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>The columns of ps(1) that its arguments ask for, told from what the engine reads: no ps is run.</summary>
internal sealed class TopColumns
{
    private delegate string Column(ProcessRow row, DateTimeOffset now);

    private static readonly Dictionary<string, (string Title, Column Text)> All = new()
    {
        ["user"] = ("USER", (row, _) => row.User), ["uid"] = ("UID", (row, _) => row.User), ["uname"] = ("USER", (row, _) => row.User), ["euser"] = ("EUSER", (row, _) => row.User), ["ruser"] = ("RUSER", (row, _) => row.User),
        ["pid"] = ("PID", (row, _) => Text(row.Pid)), ["ppid"] = ("PPID", (row, _) => Text(row.ParentPid)), ["tgid"] = ("TGID", (row, _) => Text(row.Pid)),
        ["c"] = ("C", (row, now) => Text((long)Use(row, now))), ["%cpu"] = ("%CPU", (row, now) => Use(row, now).ToString("0.0", CultureInfo.InvariantCulture)), ["pcpu"] = ("%CPU", (row, now) => Use(row, now).ToString("0.0", CultureInfo.InvariantCulture)),
        ["%mem"] = ("%MEM", (row, _) => Share(row)), ["pmem"] = ("%MEM", (row, _) => Share(row)),
        ["rss"] = ("RSS", (row, _) => Text(row.ResidentBytes / 1024)), ["vsz"] = ("VSZ", (row, _) => Text(row.ResidentBytes / 1024)),
        ["tty"] = ("TTY", (_, _) => "?"), ["tt"] = ("TT", (_, _) => "?"), ["tname"] = ("TTY", (_, _) => "?"),
        ["stat"] = ("STAT", (row, _) => row.State), ["state"] = ("S", (row, _) => row.State), ["s"] = ("S", (row, _) => row.State), ["nlwp"] = ("NLWP", (row, _) => Text(row.Threads)), ["thcount"] = ("THCNT", (row, _) => Text(row.Threads)),
        ["stime"] = ("STIME", Started), ["start"] = ("START", Started), ["start_time"] = ("START", Started), ["lstart"] = ("STARTED", (row, _) => row.StartedAt.LocalDateTime.ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture)),
        ["etime"] = ("ELAPSED", (row, now) => Elapsed(now - row.StartedAt)), ["etimes"] = ("ELAPSED", (row, now) => Text((long)(now - row.StartedAt).TotalSeconds)),
        ["time"] = ("TIME", (row, _) => Clock(row.CpuTime)), ["cputime"] = ("TIME", (row, _) => Clock(row.CpuTime)), ["bsdtime"] = ("TIME", (row, _) => string.Create(CultureInfo.InvariantCulture, $"{(int)row.CpuTime.TotalMinutes}:{row.CpuTime.Seconds:00}")),
        ["cmd"] = ("CMD", (row, _) => row.Command), ["command"] = ("COMMAND", (row, _) => row.Command), ["args"] = ("COMMAND", (row, _) => row.Command), ["comm"] = ("COMMAND", (row, _) => Name(row)), ["ucmd"] = ("CMD", (row, _) => Name(row)),
    };

    private static readonly string[] Full = ["uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd"], Usual = ["pid", "tty", "time", "ucmd"],
        Users = ["user", "pid", "%cpu", "%mem", "vsz", "rss", "tty", "stat", "start", "bsdtime", "command"], Jobs = ["pid", "tty", "stat", "bsdtime", "command"];

    private readonly (string Title, Column Text)[] _columns;

    private TopColumns((string Title, Column Text)[] columns) => _columns = columns;

    /// <param name="arguments">As <c>-ef</c>, <c>aux</c>, <c>-o pid,comm</c>.</param>
    /// <exception cref="EngineException">Invalid: a column that is not known here.</exception>
    public static TopColumns Parse(string arguments)
    {
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var asked = new List<(string, string?)>();
        string[] chosen = Usual;
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            if (word is "-o" or "o" or "-eo" or "-Ao" or "axo" or "-axo" or "--format")
            {
                Add(i + 1 < words.Length ? words[++i] : throw Wrong(arguments));
            }
            else if (word.StartsWith("--format=", StringComparison.Ordinal))
            {
                Add(word[9..]);
            }
            else if (word.StartsWith("-o", StringComparison.Ordinal) && word.Length > 2)
            {
                Add(word[2..]);
            }
            else if (!word.TrimStart('-').All(char.IsAsciiLetter))
            {
                throw Wrong(arguments);
            }
            else
            {
                chosen = word.StartsWith('-') ? word.Contains('f', StringComparison.Ordinal) ? Full : chosen : word.Contains('u', StringComparison.Ordinal) ? Users : Jobs;
            }
        }
        return new([.. asked.Count > 0 ? asked.Select(one => Named(one.Item1, one.Item2)) : chosen.Select(name => All[name])]);

        void Add(string list)
        {
            foreach (string column in list.Split(','))
            {
                string[] pair = column.Split('=', 2);
                asked.Add((pair[0].ToLowerInvariant(), pair.Length == 2 ? pair[1] : null));
            }
        }
    }

    public DockerTop Write(ImmutableArray<ProcessRow> rows, DateTimeOffset now) =>
        new([.. _columns.Select(column => column.Title)], [.. rows.Select(row => _columns.Select(column => column.Text(row, now)).ToArray())]);

    private static (string Title, Column Text) Named(string name, string? title) =>
        All.TryGetValue(name, out var column) ? title is null ? column : (title, column.Text) : throw EngineException.Invalid($"ps: unknown user-defined format specifier \"{name}\"");

    private static EngineException Wrong(string arguments) => EngineException.Invalid($"ps: \"{arguments}\" is not understood here; there are -ef, aux and -o with columns");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Use(ProcessRow row, DateTimeOffset now) => Math.Max(0, row.CpuTime / TimeSpan.FromSeconds(Math.Max(1, (now - row.StartedAt).TotalSeconds)) * 100);

    private static string Share(ProcessRow row) => (row.ResidentBytes * 100.0 / GC.GetGCMemoryInfo().TotalAvailableMemoryBytes).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Started(ProcessRow row, DateTimeOffset now) => row.StartedAt.LocalDateTime.ToString(now - row.StartedAt < TimeSpan.FromDays(1) ? "HH:mm" : "MMMdd", CultureInfo.InvariantCulture);

    private static string Clock(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}");

    private static string Elapsed(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(time.Days > 0 ? $"{time.Days}-" : "")}{(time.TotalHours >= 1 ? $"{time.Hours:00}:" : "")}{time.Minutes:00}:{time.Seconds:00}");

    private static string Name(ProcessRow row) => row.Command.Split(' ')[0] is var path ? path[(path.LastIndexOf('/') + 1)..] : "";
}
