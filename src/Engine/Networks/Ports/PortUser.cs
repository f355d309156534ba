using System.Globalization;

namespace Brig.Engine.Networks.Ports;

/// <summary>Who has a port, as far as /proc tells (proc_pid_net(5), proc_pid_fd(5)).</summary>
internal sealed record PortUser(string Name, int Pid)
{
    private const string Listening = "0A";

    /// <summary>We ourselves, or a child that has not become its program yet: until then it has what we had open when it was made.</summary>
    public bool IsOurs => Pid == Environment.ProcessId || Parent() == Environment.ProcessId;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (process {Pid})");

    /// <returns>Null: nobody that can be seen.</returns>
    public static PortUser? Find(HostNetwork host, PortProtocol protocol, int port)
    {
        string kind = protocol == PortProtocol.Tcp ? "tcp" : "udp";
        var inodes = host.Namespace.Run(() => Lines(kind).Concat(Lines(kind + "6")).Select(line => Inode(line, protocol, port)).OfType<string>().ToHashSet());
        return inodes.Count == 0 ? null : Owner(inodes);
    }

    private static string[] Lines(string kind)
    {
        try
        {
            return File.ReadAllLines("/proc/thread-self/net/" + kind);
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>sl, local address:port, remote, state, queues, timer, retransmits, uid, timeout, inode.</summary>
    private static string? Inode(string line, PortProtocol protocol, int port)
    {
        string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 9 && fields[1].Split(':') is [_, var local] && int.TryParse(local, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int number) && number == port
            && (protocol == PortProtocol.Udp || fields[3] == Listening) ? fields[9] : null;
    }

    /// <summary>proc_pid_stat(5): the name is in parentheses and may have anything in it. Null: it has ended.</summary>
    private int? Parent()
    {
        try
        {
            string line = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/stat"));
            return line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static PortUser? Owner(HashSet<string> inodes)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            {
                continue;
            }
            try
            {
                if (Directory.EnumerateFiles(folder + "/fd").Any(file => new FileInfo(file).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal) && inodes.Contains(target[8..^1])))
                {
                    return new(Text.Short(File.ReadAllText(folder + "/comm").Trim()), pid);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }
        return null;
    }
}
