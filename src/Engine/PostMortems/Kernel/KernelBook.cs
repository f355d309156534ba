using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Brig.Linux;
using Brig.Linux.KernelLog;

namespace Brig.Engine.PostMortems.Kernel;

/// <summary>
/// What the kernel told lately about processes it killed for memory and about crashes. Read only when somebody died: from where it was read last, so that a loop of deaths reads each line once.
/// </summary>
internal sealed partial class KernelBook : IDisposable
{
    private const int KeptReports = 128, KeptCrashes = 256, LongestLine = 600;

    private readonly Lock _gate = new();
    private readonly OomReader _reader = new();
    private readonly Queue<OomReport> _reports = new();
    private readonly Queue<(int Pid, long Microseconds, string Line)> _crashes = new();
    private KernelMessages? _messages;
    private bool _opened;

    /// <summary>Why nothing can be read, as a sentence's end; null: it can, or nobody tried yet.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The reports that fit, oldest first.</summary>
    public ImmutableArray<OomReport> Reports(Func<OomReport, bool> fits)
    {
        lock (_gate)
        {
            CatchUp();
            return [.. _reports.Where(fits)];
        }
    }

    /// <summary>Lines about the crash of this process, <c>sh[123]: segfault at 0 ip …</c> or <c>traps: sh[123] general protection …</c>.</summary>
    /// <param name="since">Microseconds since the machine started: pids come again.</param>
    public ImmutableArray<string> Crashes(int pid, long since)
    {
        lock (_gate)
        {
            CatchUp();
            return [.. _crashes.Where(crash => crash.Pid == pid && crash.Microseconds >= since).Select(crash => crash.Line)];
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _messages?.Dispose();
            _messages = null;
            _opened = true;
        }
    }

    private void CatchUp()
    {
        if (!_opened)
        {
            _opened = true;
            _messages = KernelMessages.TryOpen(out int errno);
            Trouble = _messages is null ? $"the kernel's messages cannot be read here: /dev/kmsg, {Errno.Describe(errno)}" : null;
        }
        while (_messages?.TryRead(out var message) == true)
        {
            if (_reader.Read(message) is { } report)
            {
                Keep(_reports, report, KeptReports);
            }
            else if (Crash().Match(message.Text) is { Success: true } crash && int.TryParse(crash.Groups["pid"].ValueSpan, out int pid))
            {
                Keep(_crashes, (pid, message.Microseconds, message.Text.Length > LongestLine ? message.Text[..LongestLine] + "…" : message.Text), KeptCrashes);
            }
        }
    }

    private static void Keep<T>(Queue<T> kept, T one, int most)
    {
        kept.Enqueue(one);
        if (kept.Count > most)
        {
            kept.Dequeue();
        }
    }

    /// <summary>arch/x86/mm/fault.c, arch/x86/kernel/traps.c, arch/arm64/kernel/traps.c: the name has at most 15 bytes, of up to four characters each.</summary>
    [GeneratedRegex(@"^(?:traps: )?.{0,60}\[(?<pid>\d{1,9})\]:? (?:segfault at |general protection|trap |bad frame in |unhandled exception)")]
    private static partial Regex Crash();
}
