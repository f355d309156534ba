using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Reading;

/// <summary>A service and what is written about it twice: keys of its own and of <c>deploy</c>, which have to agree.</summary>
internal sealed record ServiceDraft(ComposeService Service)
{
    /// <summary>Null: the value is taken from where the stack is.</summary>
    public ImmutableSortedDictionary<string, string?> Environment { get; init; } = ImmutableSortedDictionary<string, string?>.Empty;
    public Deploy Deploy { get; init; } = new();
    public int? Scale { get; init; }
    public RestartPolicy? Restart { get; init; }
    public long? MemoryAndSwap { get; init; }
    public long? CpuQuota { get; init; }
    public long? CpuPeriod { get; init; }
}
