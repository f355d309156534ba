using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Stacks.Reading;

internal static partial class ServiceTable
{
    private static readonly Shape<long> Ulimit = Scalars.Whole(-1, long.MaxValue);

    private static readonly Table<(long? Soft, long? Hard)> UlimitTable = new Table<(long? Soft, long? Hard)>("ulimit", "a ulimit", _ => default)
        .Require("soft", "hard")
        .Add("soft", Ulimit, (limit, value) => limit with { Soft = value })
        .Add("hard", Ulimit, (limit, value) => limit with { Hard = value });

    public static readonly Shape<ImmutableArray<RlimitSpec>> Ulimits = Shapes.MapOf(Shapes.OneOf(
            scalar: Ulimit.To(value => ((long?)value, (long?)value)),
            map: UlimitTable))
        .To(pairs => pairs.Select(pair => new RlimitSpec(pair.Key, Bound(pair.Value.Item1), Bound(pair.Value.Item2))).ToImmutableArray());

    private static void Amounts(Table<ServiceDraft> table) => table
        .Add("cpus", Scalars.Number, (draft, value) => Limit(draft, limits => limits with { Cpus = value }), "Cores, as 1.5.")
        .Add("cpuset", Scalars.Text, (draft, value) => Limit(draft, limits => limits with { CpusetCpus = value }), "Which cores, as 0-2,4.")
        .Add("cpu_shares", Scalars.Whole(2, 262144), (draft, value) => Limit(draft, limits => limits with { CpuWeight = Weight(value) }), "Share against others; 1024 is normal.")
        .Add("cpu_quota", Scalars.Whole(1000, long.MaxValue), (draft, value) => draft with { CpuQuota = value }, "Microseconds in each cpu_period.")
        .Add("cpu_period", Scalars.Whole(1000, 1_000_000), (draft, value) => draft with { CpuPeriod = value }, "Microseconds; 100000.")
        .Add("mem_limit", Scalars.Bytes, (draft, value) => Limit(draft, limits => limits with { Memory = value }), "Bytes, as 512m.")
        .Add("mem_reservation", Scalars.Bytes, (draft, value) => Limit(draft, limits => limits with { MemoryLow = value }), "Bytes kept from reclaim when it can be.")
        .Add("memswap_limit", Shapes.OneOf(scalar: Scalars.Text.To((text, node, context) => text == "-1" ? (true, -1L) : (Scalars.Bytes.TryRead(node, context, out long bytes), bytes))),
            (draft, value) => draft with { MemoryAndSwap = value }, "Memory and swap together; -1: no limit.")
        .Add("pids_limit", Scalars.Whole(-1, 4_194_304), (draft, value) => value <= 0 ? draft : Limit(draft, limits => limits with { Pids = value }), "Processes and threads.")
        .Add("blkio_config", BlockTable.Shape, (draft, apply) => Limit(draft, apply), "How much it may read and write on devices.")
        .Of("ulimits", Ulimits, (service, value) => service with { Ulimits = value }, "As nofile, of getrlimit(2).")
        .Of("sysctls", Pairs.Plain, (service, value) => service with { Sysctls = value }, "Kernel settings of its namespaces.")
        .Of("shm_size", Scalars.Bytes, (service, value) => service with { ShmBytes = value }, "Bytes of /dev/shm.")
        .Of("oom_score_adj", Scalars.Whole(-1000, 1000), (service, value) => service with { OomScoreAdj = (int)value });

    private static ServiceDraft Limit(ServiceDraft draft, Func<Limits, Limits> change) => draft with { Service = draft.Service with { Limits = change(draft.Service.Limits) } };

    /// <summary>From cgroup v1's 2..262144 around 1024 to v2's 1..10000 around 100.</summary>
    private static int Weight(long shares) => (int)Math.Clamp((shares * 100 + 512) / 1024, 1, 10_000);

    private static ulong Bound(long? value) => value is null or < 0 ? ulong.MaxValue : (ulong)value;
}
