using System.Collections.Immutable;
using System.Globalization;

namespace Brig.Engine.Networks.Probing;

/// <summary>TCP ports that programs of a network namespace listen on: /proc/PID/net/tcp and tcp6 (proc_pid_net(5)).</summary>
internal static class Listening
{
    private const string Listen = "0A", NameServer = "0B00007F";
    private const int MostLines = 4096, Most = 8;

    /// <summary>The lowest few, and whether each is reached from elsewhere or by the loopback only.</summary>
    public static ImmutableArray<(int Port, bool LoopbackOnly)> Of(int pid)
    {
        SortedDictionary<int, bool> found = [];
        foreach (string file in (string[])["tcp", "tcp6"])
        {
            try
            {
                Parse(File.ReadLines($"/proc/{pid}/net/{file}"), found);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is just gone, or the kernel has no IPv6.
            }
        }
        return [.. found.Take(Most).Select(one => (one.Key, one.Value))];
    }

    /// <summary>Lines as <c>0: 0100007F:1F90 00000000:0000 0A …</c>: the bytes of each 32 bits of the address are turned round. Our own name server there is none of the container's.</summary>
    public static void Parse(IEnumerable<string> lines, SortedDictionary<int, bool> found)
    {
        foreach (string line in lines.Skip(1).Take(MostLines))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var local, _, Listen, ..] && !local.StartsWith(NameServer, StringComparison.Ordinal) && local.LastIndexOf(':') is > 0 and var colon
                && int.TryParse(local.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int port))
            {
                bool loopback = local.AsSpan(0, colon) is var address && (address.Length == 8 ? address[6..] is "7F" : address is "00000000000000000000000001000000");
                found[port] = loopback && found.GetValueOrDefault(port, true);
            }
        }
    }
}
