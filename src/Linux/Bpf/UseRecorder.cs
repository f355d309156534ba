using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Brig.Linux.Cgroups;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Bpf;

/// <summary>
/// Counts which system calls and capabilities the processes of one cgroup v2 use, by three small programs in the kernel: at every system call (those of a shim that is
/// still making the process are left out), at every question for a capability, at every execve. Costs nothing before it is started and after it is disposed; meanwhile every system
/// call of the machine passes its first instructions.
/// </summary>
public sealed class UseRecorder : IDisposable
{
    public const int Programs = 256;
    private const int Calls = 512, Architectures = 2, CapabilitySlots = 256, Lost = 255;
    private const int Refused = 64, Unasked = 128;

    private readonly SafeFileHandle _calls, _capabilities, _programs;
    private readonly List<SafeFileHandle> _links = [];
    private readonly int _processors = PossibleProcessors();

    private UseRecorder()
    {
        _calls = BpfCalls.MakeMap(BpfMapType.PerCpuArray, 4, 8, Calls * Architectures);
        _capabilities = BpfCalls.MakeMap(BpfMapType.PerCpuArray, 4, 8, CapabilitySlots);
        _programs = BpfCalls.MakeMap(BpfMapType.Hash, 16, 8, Programs);
    }

    /// <summary>Why capabilities are not counted, as the kernel's refusal; null when they are.</summary>
    public string? CapabilitiesUnknown { get; private set; }

    /// <param name="cgroup">A cgroup v2 directory; its children count as well.</param>
    /// <exception cref="LinuxException">This kernel, or this process's rights, do not allow it: ENOENT no type information, EPERM, EINVAL.</exception>
    public static UseRecorder Start(string cgroup)
    {
        using SafeFileHandle directory = Kernfs.Open(cgroup, out int errno) ?? throw new LinuxException("open", cgroup, errno);
        var types = RecorderTypes.Read();
        var recorder = new UseRecorder();
        try
        {
            using var group = BpfCalls.MakeMap(BpfMapType.CgroupArray, 4, 4, 1);
            BpfCalls.Update(group, [0, 0, 0, 0], BitConverter.GetBytes((int)directory.DangerousGetHandle()));
            recorder._links.Add(BpfCalls.Watch("sys_enter", RecorderPrograms.SystemCall(types, group, recorder._calls), BpfAttachType.Tracepoint, types.SystemCall));
            recorder._links.Add(BpfCalls.Watch("sched_process_exec", RecorderPrograms.Execution(group, recorder._programs, recorder._capabilities, Lost), BpfAttachType.Tracepoint, types.Execution));
            recorder.WatchCapabilities(types, group);
            return recorder;
        }
        catch
        {
            recorder.Dispose();
            throw;
        }
    }

    /// <summary>What was counted so far.</summary>
    public UseCounts Read()
    {
        var calls = ImmutableArray.CreateBuilder<CallCount>();
        for (int i = 0; i < Calls * Architectures; i++)
        {
            if (Count(_calls, i) is > 0 and var count)
            {
                calls.Add(new(i % Calls, i >= Calls, count));
            }
        }
        return new(calls.ToImmutable(), Capabilities(0), Capabilities(Refused), Capabilities(Unasked), Names(), Count(_capabilities, Lost) > 0);
    }

    public void Dispose()
    {
        foreach (var link in _links)
        {
            link.Dispose();
        }
        _calls.Dispose();
        _capabilities.Dispose();
        _programs.Dispose();
    }

    private void WatchCapabilities(RecorderTypes types, SafeFileHandle group)
    {
        try
        {
            _links.Add(types switch
            {
                { CapableTracepoint: { } tracepoint } => BpfCalls.Watch(
                    "cap_capable", RecorderPrograms.CapabilityTracepoint(types, group, _capabilities, Refused, Unasked), BpfAttachType.Tracepoint, tracepoint),
                { CapableFunction: { } function } => BpfCalls.Watch(
                    "cap_capable", RecorderPrograms.CapabilityFunction(types, group, _capabilities, Refused, Unasked), BpfAttachType.FunctionExit, function),
                _ => throw new LinuxException("look for the function", "cap_capable", Errno.ENOENT),
            });
        }
        catch (LinuxException e)
        {
            CapabilitiesUnknown = e.Message;
        }
    }

    private ImmutableArray<CapabilityCount> Capabilities(int from)
    {
        var found = ImmutableArray.CreateBuilder<CapabilityCount>();
        for (int i = 0; i < 63; i++)
        {
            if (Count(_capabilities, from + i) is > 0 and var count)
            {
                found.Add(new(i, count));
            }
        }
        return found.ToImmutable();
    }

    /// <summary>Hostile text: what was executed chose its name.</summary>
    private ImmutableArray<string> Names()
    {
        var names = ImmutableArray.CreateBuilder<string>();
        Span<byte> key = stackalloc byte[16], next = stackalloc byte[16];
        // At most as many as it holds: while keys come, "the next" may never end.
        for (bool more = BpfCalls.NextKey(_programs, default, next); more && names.Count < Programs; more = BpfCalls.NextKey(_programs, key, next))
        {
            next.CopyTo(key);
            int end = key.IndexOf((byte)0);
            names.Add(Encoding.UTF8.GetString(end < 0 ? key : key[..end]));
        }
        return names.ToImmutable();
    }

    private long Count(SafeFileHandle map, int index)
    {
        Span<byte> key = stackalloc byte[4], values = stackalloc byte[8 * Math.Min(_processors, 1024)];
        BinaryPrimitives.WriteInt32LittleEndian(key, index);
        long sum = 0;
        if (BpfCalls.Lookup(map, key, values))
        {
            for (int i = 0; i < values.Length; i += 8)
            {
                sum += BinaryPrimitives.ReadInt64LittleEndian(values[i..]);
            }
        }
        return sum;
    }

    private static int PossibleProcessors()
    {
        string text = Kernfs.ReadText("/sys/devices/system/cpu/possible", out _) ?? "0";
        return (Proc.CpuList.Parse(text)?.Max() ?? 0) + 1;
    }
}

/// <param name="Compatible">A 32-bit call of i386.</param>
public readonly record struct CallCount(int Number, bool Compatible, long Count);

public readonly record struct CapabilityCount(int Capability, long Count);

/// <param name="Unasked">Had, where the kernel only looked whether it might do better (CAP_OPT_NOAUDIT), as at every mmap: not needed.</param>
/// <param name="Programs">Names of what was executed, at most 15 bytes each.</param>
public sealed record UseCounts(
    ImmutableArray<CallCount> Calls, ImmutableArray<CapabilityCount> Used, ImmutableArray<CapabilityCount> Refused, ImmutableArray<CapabilityCount> Unasked,
    ImmutableArray<string> Programs, bool ProgramsLost);
