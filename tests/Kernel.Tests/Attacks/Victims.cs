using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Brig.Kernel.Tests.Engine;
using Brig.Linux.Net;

namespace Brig.Kernel.Tests.Attacks;

/// <summary>What of the host's and of a neighbour's the attacks are after: made for them, of no value, and gone when disposed.</summary>
internal sealed class Victims : IDisposable
{
    private readonly Process _process;
    private readonly Socket _abstract = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly int _shared;
    private readonly string _word = Random.Shared.Next(100_000, 999_999).ToString();

    public Victims(EngineScene engine)
    {
        string secret = engine.Folder + "/secret";
        File.WriteAllText(secret, "the host's\n");
        _process = Process.Start("/bin/sleep", "1" + _word);
        _abstract.Bind(new UnixDomainSocketEndPoint("\0brig-attack-" + _word));
        _abstract.Listen();
        int key = int.Parse(_word);
        _shared = shmget(key, 4096, 0x3B6 /* IPC_CREAT | 0666 */);
        string net = Interface();
        Words = new()
        {
            ["{process}"] = $"1{_word} {_process.Id}",
            ["{neighbour}"] = Neighbour,
            ["{secret}"] = secret,
            ["{abstract}"] = "brig-attack-" + _word,
            ["{shim}"] = "",   // of the neighbour, once there is one
            ["{key}"] = key.ToString(),
            ["{interface}"] = net,
            ["{disk}"] = Disk(),
            ["{spare}"] = File.Exists("/dev/loop0") ? "7 0" : "254 16",
            ["{sparePath}"] = File.Exists("/dev/loop0") ? "/dev/loop0" : "/dev/vdb",   // the guest's second disk, which it only reads
        };
    }

    /// <summary>An argument of the neighbouring container's sleep.</summary>
    public string Neighbour => "2" + _word;

    public Dictionary<string, string> Words { get; }

    public string Fill(string text) => Words.Aggregate(text, (filled, word) => filled.Replace(word.Key, word.Value, StringComparison.Ordinal));

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
        _abstract.Dispose();
        _ = shmctl(_shared, 0 /* IPC_RMID */, 0);
    }

    /// <summary>One that stays: the first that the machine had after lo. Those of other tests come and go.</summary>
    private static string Interface()
    {
        using var links = RtNetlink.Open();
        return links.Links().Where(link => link.Name != "lo").MinBy(link => link.Index)?.Name ?? "none";
    }

    /// <summary>Major and minor of the first disk of this machine: "254 0".</summary>
    private static string Disk() =>
        string.Join(' ', File.ReadAllLines("/proc/partitions").Skip(2).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .First(fields => !fields[3].StartsWith("loop", StringComparison.Ordinal) && !fields[3].StartsWith("zram", StringComparison.Ordinal) && !fields[3].StartsWith("ram", StringComparison.Ordinal)).Take(2));

    [DllImport("libc")]
    private static extern int shmget(int key, nint size, int flags);

    [DllImport("libc")]
    private static extern int shmctl(int id, int command, nint buffer);
}
