using System.Globalization;
using Brig.Engine.Containers;

namespace Brig.Engine.Stacks.Applying;

/// <summary>Waits until nobody is connected to a container any more: what comes new goes to another one already, by the published ports at once, by its names as soon as those who asked ask again.</summary>
internal sealed class Drain(TimeProvider time)
{
    /// <summary>Our answers are to be kept for no time at all, but nginx counts in whole seconds, and people tell it <c>valid=1s</c>.</summary>
    private static readonly TimeSpan NamesAreKept = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private const int QuietLooks = 5;

    public long Now => time.GetTimestamp();

    /// <param name="since">When ports and names began to lead elsewhere.</param>
    /// <param name="isNamed">It was found by a name.</param>
    /// <param name="most">So long it waits for connections that stay.</param>
    public async Task WaitAsync(Container container, long since, bool isNamed, TimeSpan most, CancellationToken stop)
    {
        if (container.State.Pid == 0)
        {
            return;
        }
        long begin = Now;
        // A handshake may be on its way for which there is no socket yet: quiet means quiet for a while.
        for (int quiet = 0; (isNamed && time.GetElapsedTime(since) < NamesAreKept) || (quiet < QuietLooks && time.GetElapsedTime(begin) < most);)
        {
            await Task.Delay(Look, time, stop);
            quiet = Connections(container.State.Pid) == 0 ? quiet + 1 : 0;
        }
    }

    /// <summary>Connections of others to what listens inside. proc_pid_net(5): the sockets of its network namespace.</summary>
    private static int Connections(int pid)
    {
        int found = 0;
        foreach (string table in (string[])["tcp", "tcp6"])
        {
            try
            {
                found += Connections(File.ReadLines($"/proc/{pid}/net/{table}"));
            }
            catch (IOException)
            {
                return 0;   // it ended
            }
        }
        return found;
    }

    /// <param name="lines">Slot, local and other address with their ports in hex, state: 01 is established, 03 half open, 08 what the other side has closed, 0A listening.</param>
    internal static int Connections(IEnumerable<string> lines)
    {
        var listening = new HashSet<int>();
        var open = new List<int>();
        foreach (string line in lines.Skip(1))
        {
            string[] fields = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length != 5 || !int.TryParse(fields[1].AsSpan(fields[1].LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int port))
            {
                continue;
            }
            if (fields[3] == "0A")
            {
                listening.Add(port);
            }
            else if (fields[3] is "01" or "03" or "08" && !IsLoopback(fields[2]))
            {
                open.Add(port);
            }
        }
        return open.Count(listening.Contains);
    }

    /// <summary>Its own health check, for example. In hex, each four bytes in the machine's order.</summary>
    private static bool IsLoopback(string other) =>
        other.StartsWith("0100007F:", StringComparison.Ordinal) || other.StartsWith("0000000000000000FFFF00000100007F:", StringComparison.Ordinal) || other.StartsWith("00000000000000000000000001000000:", StringComparison.Ordinal);
}
