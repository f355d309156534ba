using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Denials;

/// <summary>
/// What was denied, counted by call and command. Both come from the container, so there is an end to them: the last places are for whole calls,
/// the very last for everything else. What came first stays, because a program that wants to hide it would only have to make noise.
/// </summary>
internal sealed unsafe class DenialTable
{
    private const int Places = 128, ForCommands = 96, Others = -1;
    private const long Same = 1_000_000_000;   // nanoseconds
    private Entry[] _entries = [];
    private int _count;

    public bool IsEmpty => _count == 0;

    /// <summary>Counts it at once when it is the same thread's same call as a moment ago; a program in a loop costs no look into /proc.</summary>
    public bool CountAgain(in seccomp_notif notice, long now)
    {
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref _entries[i];
            if (entry.Thread != notice.pid || entry.Number != notice.data.nr || entry.Architecture != notice.data.arch || now - entry.Last > Same)
                continue;
            entry.Count++;
            entry.Last = now;
            return true;
        }
        return false;
    }

    public void Count(in seccomp_notif notice, in CallerName caller, long now)
    {
        ReadOnlySpan<byte> name;
        fixed (byte* text = caller.Text)
            name = new ReadOnlySpan<byte>(text, caller.Length);   // on the caller's stack
        ref var entry = ref Find(notice.data.nr, notice.data.arch, name);
        entry.Thread = notice.pid;
        entry.Pid = caller.InnerPid;
        entry.OuterPid = caller.Pid;
        entry.Count++;
        entry.Last = now;
        if (entry.First == 0)
            entry.First = now;
    }

    public byte[] Message()
    {
        var calls = new DeniedCall[_count];
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref _entries[i];
            fixed (byte* text = entry.Name)
                calls[i] = new DeniedCall(
                    entry.Number, entry.Architecture, Encoding.UTF8.GetString(text, entry.NameLength).Replace('\0', '?'), entry.Pid, entry.OuterPid, entry.Count, entry.First, entry.Last);
        }
        return Frame.Make(FrameType.Denials, new DenialsMessage(ImmutableCollectionsMarshal.AsImmutableArray(calls)).Write());
    }

    private ref Entry Find(int number, uint architecture, ReadOnlySpan<byte> name)
    {
        if (TryFind(number, architecture, name) is >= 0 and var named)
            return ref _entries[named];
        if (_count < ForCommands)
            return ref Add(number, architecture, name);
        if (TryFind(number, architecture, default) is >= 0 and var whole)
            return ref _entries[whole];
        if (_count < Places - 1)
            return ref Add(number, architecture, default);
        if (TryFind(Others, 0, default) is >= 0 and var others)
            return ref _entries[others];
        return ref Add(Others, 0, default);
    }

    private int TryFind(int number, uint architecture, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref _entries[i];
            fixed (byte* text = entry.Name)
                if (entry.Number == number && entry.Architecture == architecture && name.SequenceEqual(new ReadOnlySpan<byte>(text, entry.NameLength)))
                    return i;
        }
        return -1;
    }

    private ref Entry Add(int number, uint architecture, ReadOnlySpan<byte> name)
    {
        if (_count == _entries.Length)
            Array.Resize(ref _entries, Math.Min(Places, Math.Max(8, _count * 2)));
        ref var entry = ref _entries[_count++];
        entry.Number = number;
        entry.Architecture = architecture;
        entry.NameLength = name.Length;
        fixed (byte* text = entry.Name)
            name.CopyTo(new Span<byte>(text, CallerName.Longest));
        return ref entry;
    }

    private struct Entry
    {
        public int Number;
        public uint Architecture;
        public uint Thread;
        public int Pid;
        public int OuterPid;
        public int NameLength;
        public long Count;
        public long First;
        public long Last;
        public fixed byte Name[CallerName.Longest];
    }
}
