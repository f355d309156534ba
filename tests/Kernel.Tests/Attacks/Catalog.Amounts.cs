using System.Collections.Immutable;

namespace Brig.Kernel.Tests.Attacks;

internal static partial class Catalog
{
    private static ImmutableArray<Attack> Amounts =>
    [
        new("memory-bomb", "Take more memory than it was given") { Arguments = "memory-bomb 160", Walls = [Wall.MemoryLimit], Asked = "64 MiB", Ask = spec => spec with { Limits = spec.Limits with { Memory = 64 << 20, Swap = 0 } } },
        new("fill-shm", "Fill memory through /dev/shm") { Arguments = "fill-bytes /dev/shm 80", Walls = [Wall.ShmSize] },
        new("fill-inodes", "Fill memory with empty files in /dev/shm") { Arguments = "fill-inodes /dev/shm 70000", Walls = [Wall.ShmInodes] },
        new("fork-bomb", "Start more processes than the machine bears") { Arguments = "fork-bomb 4500", Walls = [Wall.ProcessLimit] },
        new("fill-terminals", "Take all terminals of the machine") { Arguments = "fill-terminals 1100", Otherwise = "number of terminals in its devpts", NotShown = "no specification changes it" },
        new("core-size", "Fill the disk with cores") { Walls = [Wall.Rlimits] },
        new("priority", "Run before others (setpriority)") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_NICE"] },
        new("real-time", "Keep a processor to itself (SCHED_FIFO)") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["SYS_NICE"], NotShown = "kernels that schedule by group refuse it besides" },
        new("oom-shield", "Be spared when memory is short, so that others are killed") { Otherwise = "capabilities (SYS_RESOURCE)", NotShown = "the machine that tests may itself lack it" },
        new("lock-memory", "Lock memory so that others must swap") { Walls = [Wall.Capabilities, Wall.UserNamespace], Capabilities = ["IPC_LOCK"] },
    ];
}
