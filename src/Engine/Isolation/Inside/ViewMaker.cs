using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Engine.Containers;
using Brig.Linux;
using Brig.Linux.Net;
using Brig.Linux.Proc;
using Brig.Linux.Wire;

namespace Brig.Engine.Isolation;

/// <summary>ps, id, mount, ip addr and /proc/self/status: inside beside outside.</summary>
internal sealed class ViewMaker(InsideReader inside)
{
    /// <summary>Of its own processes; more are counted, not shown.</summary>
    private const int Shown = 200;

    public async Task<TwoViews> MakeAsync(ContainerRun run, IReadOnlyList<int> pids, CancellationToken stop)
    {
        var own = pids.Take(Shown).Select(Outside).OfType<ProcessStatus>().ToArray();
        int first = own.FirstOrDefault(status => status.Pid == run.Pid)?.InnerPids is [.., var inner] ? inner : 1;
        var answer = await inside.ReadAsync(run, [.. Files(first, own)], ["/proc"], network: true, stop);
        return new([Ps(answer, own, pids.Count), Id(answer, first, run.Pid), Mount(answer, first, run.Pid), Ip(answer), Status(answer, first, run.Pid)]);
    }

    private static IEnumerable<LookFile> Files(int first, ProcessStatus[] own)
    {
        yield return new($"/proc/{first}/status", 8192);
        yield return new($"/proc/{first}/mountinfo", 128 * 1024);
        yield return new("/proc/self/status", 4095);
        foreach (int pid in own.Select(InnerPid).Where(pid => pid != first))
        {
            yield return new($"/proc/{pid}/status", 4095);
        }
        foreach (int pid in own.Select(InnerPid))
        {
            yield return new($"/proc/{pid}/cmdline", 1024);
        }
    }

    private static ViewSection Ps(InsideAnswer answer, ProcessStatus[] own, int all)
    {
        var seen = answer.Names("/proc").Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)).ToHashSet();
        if (answer.Text("/proc/self/status") is { } self && ProcessStatus.Parse(self) is { } looking)
        {
            seen.Remove(looking.Pid.ToString(CultureInfo.InvariantCulture));   // ours
        }
        var rows = new List<ProcessRow>();
        foreach (int pid in own.Select(InnerPid))
        {
            if (seen.Contains(pid.ToString(CultureInfo.InvariantCulture)) && answer.Text($"/proc/{pid}/status") is { } text && ProcessStatus.Parse(text) is { } status)
            {
                rows.Add(new(status.Pid, status.ParentPid, status.Uids[1], status.State, Command(answer.Text($"/proc/{pid}/cmdline"), status.Name)));
            }
        }
        string note = seen.Count > rows.Count ? $"… it sees {seen.Count - rows.Count} processes more\n" : "";
        var host = own.Select(status => new ProcessRow(status.Pid, status.ParentPid, status.Uids[1], status.State, Command(ProcFile.Read(status.Pid, "cmdline"), status.Name)));
        return new("ps", "ps -o pid,ppid,uid,stat,args", Table(rows) + note, Table(host) + (all > own.Length ? $"… and {all - own.Length} processes more\n" : ""), null);
    }

    private static ViewSection Id(InsideAnswer answer, int first, int pid) => Section(
        "id", "id", answer.Text($"/proc/{first}/status") is { } text ? Ids(text) : "", ProcFile.Read(pid, "status") is { } outside ? Ids(outside) : "", answer, $"/proc/{first}/status");

    private static ViewSection Mount(InsideAnswer answer, int first, int pid) => Section(
        "mount", "mount", Mounts(answer.Text($"/proc/{first}/mountinfo")), Mounts(ProcFile.Read(pid, "mountinfo")), answer, $"/proc/{first}/mountinfo");

    private static ViewSection Ip(InsideAnswer answer) => new("ip", "ip addr", Links(answer.Links), HostLinks(), null);

    private static ViewSection Status(InsideAnswer answer, int first, int pid) => Section(
        "status", $"cat /proc/{first}/status", answer.Text($"/proc/{first}/status") ?? "", (ProcFile.Read(pid, "status") ?? "") + "\n", answer, $"/proc/{first}/status");

    private static ViewSection Section(string key, string command, string inside, string outside, InsideAnswer answer, string path) =>
        new(key, command, inside, outside, answer.WhyNot(path) is { } why ? $"Inside, {path} cannot be read: {why}." : null);

    private static string HostLinks()
    {
        try
        {
            return Links(NetlinkSocket.Read());
        }
        catch (LinuxException)
        {
            return "";
        }
    }

    private static ProcessStatus? Outside(int pid) => ProcFile.Read(pid, "status") is { } text ? ProcessStatus.Parse(text) : null;

    private static int InnerPid(ProcessStatus status) => status.InnerPids is [.., var inner] ? inner : status.Pid;

    private static string Command(string? line, string name) => Plain(string.IsNullOrEmpty(line?.Trim('\0')) ? $"[{name}]" : line.TrimEnd('\0').Replace('\0', ' '));

    private static string Table(IEnumerable<ProcessRow> rows) => rows.Aggregate(
        new StringBuilder("    PID    PPID        UID S COMMAND\n"),
        (text, row) => text.Append(CultureInfo.InvariantCulture, $"{row.Pid,7} {row.Parent,7} {row.User,10} {row.State} {row.Command}\n")).ToString();

    private static string Ids(string status) => ProcessStatus.Parse(status) is { } now
        ? $"uid={now.Uids[0]}{(now.Uids[1] != now.Uids[0] ? $" euid={now.Uids[1]}" : "")} gid={now.Gids[0]}{(now.Gids[1] != now.Gids[0] ? $" egid={now.Gids[1]}" : "")} groups={string.Join(',', now.Groups)}\n"
        : "";

    private static string Mounts(string? text) => text is null ? "" : string.Concat(
        MountInfo.ParseAll(text).Select(mount => $"{Plain(mount.Source)} on {Plain(mount.Point)} type {Plain(mount.Type)} ({string.Join(',', mount.Options)})\n"));

    private static string Links(ImmutableArray<NetLink> links)
    {
        var text = new StringBuilder();
        foreach (var link in links)
        {
            text.Append(CultureInfo.InvariantCulture, $"{link.Index}: {Plain(link.Name)}: <{(link.IsLoopback ? "LOOPBACK," : "")}{(link.IsUp ? "UP" : "DOWN")}> mtu {link.Mtu}\n");
            if (link.HardwareAddress.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"    link/{(link.IsLoopback ? "loopback" : "ether")} {link.HardwareAddress}\n");
            }
            foreach (string address in link.Addresses)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {(address.Contains(':', StringComparison.Ordinal) ? "inet6" : "inet")} {address}\n");
            }
        }
        return text.ToString();
    }

    /// <summary>One line, whatever the container put into it.</summary>
    private static string Plain(string text) => new([.. text.Select(c => char.IsControl(c) ? '?' : c)]);

    private readonly record struct ProcessRow(int Pid, int Parent, uint User, string State, string Command);
}
