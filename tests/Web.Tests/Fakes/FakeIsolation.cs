using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Engine.Isolation.Seccomp;

namespace Brig.Web.Tests.Fakes;

/// <summary>What a kernel would say, as the test wants it.</summary>
public sealed class FakeIsolation : IIsolation
{
    /// <summary>When set, every question throws it.</summary>
    public EngineException? Failure { get; set; }

    public ImmutableArray<ProcessPrivileges> Processes { get; set; } = [];
    public IdMaps Ids { get; set; } = new(true, [new(0, 0, uint.MaxValue)], [new(0, 0, uint.MaxValue)]);

    /// <summary>Of other containers, by id.</summary>
    public Dictionary<string, IdMaps> OtherIds { get; } = [];
    public ImmutableArray<MountRow> Mounts { get; set; } = [];
    public ImmutableArray<NamespaceComparison> Compared { get; set; } = [];
    /// <summary>Null: there is no filter.</summary>
    public ResolvedProfile? Profile { get; set; }
    public TwoViews Views { get; set; } = new([]);
    public IsolationReport? Report { get; set; }
    public List<string> Asked { get; } = [];

    public static ProcessPrivileges Process(
        int inner = 1, string name = "sh", string[]? effective = null, string[]? permitted = null, string[]? bounding = null, string[]? ambient = null, uint user = 1_879_048_192, uint? innerUser = 0) =>
        new(4242 + inner, inner, name, "S", user, innerUser, user, innerUser, new(0), Set(permitted ?? effective), Set(effective), Set(bounding ?? permitted ?? effective), Set(ambient), true, SeccompMode.Filter, 1, null, []);

    public static MountRow Mount(string point, string type = "tmpfs", string source = "tmpfs", string root = "/", string propagation = "private", params string[] options) =>
        new(Math.Abs(point.GetHashCode(StringComparison.Ordinal)), 1, point, root, source, type, [.. options], [], propagation, options.Contains("idmapped"), options.Contains("ro"));

    public Task<IsolationReport> ReportAsync(string idOrName, CancellationToken stop = default) =>
        Answer("report " + idOrName, Report ?? new(new(idOrName), idOrName, false, false, null, [], [], Ids, Mounts, [], [], null));

    public Task<ImmutableArray<ProcessPrivileges>> ProcessesAsync(string idOrName, CancellationToken stop = default) => Answer("processes " + idOrName, Processes);

    public Task<IdMaps> IdMapsAsync(string idOrName, CancellationToken stop = default) => Answer("ids " + idOrName, OtherIds.GetValueOrDefault(idOrName) ?? Ids);

    public Task<ImmutableArray<MountRow>> MountsAsync(string idOrName, CancellationToken stop = default) => Answer("mounts " + idOrName, Mounts);

    public Task<ImmutableArray<NamespaceComparison>> CompareAsync(string idOrName, string other, CancellationToken stop = default) => Answer($"compare {other}", Compared);

    public Task<TwoViews> ViewAsync(string idOrName, CancellationToken stop = default) => Answer("view " + idOrName, Views);

    public Task<ResolvedProfile?> SeccompAsync(string idOrName, CancellationToken stop = default) => Answer("seccomp " + idOrName, Profile);

    private static CapabilitySet Set(string[]? names) => new((names ?? []).Aggregate(0ul, (mask, name) => mask | 1ul << CapabilitySet.All.IndexOf(name)));

    private Task<T> Answer<T>(string asked, T answer)
    {
        Asked.Add(asked);
        return Failure is { } failure ? Task.FromException<T>(failure) : Task.FromResult(answer);
    }
}
