using System.Collections.Immutable;
using Brig.Engine.Isolation.Seccomp;

namespace Brig.Engine.Isolation;

/// <summary>
/// What holds a container in: every answer is what the engine did or what the kernel says at that moment. All throw <see cref="EngineException"/>: NotFound, and
/// Conflict where a question needs a running container.
/// </summary>
public interface IIsolation
{
    /// <summary>Every wall: from the kernel when it runs, else as it is asked for.</summary>
    Task<IsolationReport> ReportAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Every process in its cgroup with what it may do, by pid. Conflict when it does not run.</summary>
    Task<ImmutableArray<ProcessPrivileges>> ProcessesAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Its users and groups on the host, as the kernel maps them. Conflict when it does not run.</summary>
    Task<IdMaps> IdMapsAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Everything mounted in it, in the order of mounting. Conflict when it does not run.</summary>
    Task<ImmutableArray<MountRow>> MountsAsync(string idOrName, CancellationToken stop = default);

    /// <summary>The eight namespaces of two containers beside each other. Inodes are 0 where one does not run.</summary>
    Task<ImmutableArray<NamespaceComparison>> CompareAsync(string idOrName, string other, CancellationToken stop = default);

    /// <summary>What it sees beside what the host sees of it. Works for images without any program. Conflict when it does not run; Failed when it hinders the looking.</summary>
    Task<TwoViews> ViewAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Its seccomp filter as it holds on this machine, call by call; null: it has none. What is asked, whether it runs or not.</summary>
    Task<ResolvedProfile?> SeccompAsync(string idOrName, CancellationToken stop = default);
}
