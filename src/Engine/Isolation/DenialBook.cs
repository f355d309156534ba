using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Linux.Seccomp;
using Brig.Linux.Wire;

namespace Brig.Engine.Isolation;

/// <summary>What the shims tell of denied calls, by container: one lock for all of it.</summary>
internal sealed class DenialBook : IDenials
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ContainerId, Page> _pages = [];

    public ImmutableArray<Denial> Of(ContainerId id)
    {
        lock (_gate)
        {
            return _pages.TryGetValue(id, out var page) ? page.All() : [];
        }
    }

    public Live<Denial, Denial> Follow(ContainerId id)
    {
        lock (_gate)
        {
            var page = PageOf(id);
            return page.Feed.Follow(page.All());
        }
    }

    /// <param name="exec">The exec whose shim it is; null: the container's.</param>
    public void Watch(ContainerId id, string? exec, ShimConnection shim)
    {
        shim.Denied += message => Take(id, exec, message);
        if (shim.LastDenials is { } before)
        {
            Take(id, exec, before);
        }
    }

    /// <summary>It starts anew, or is gone.</summary>
    public void Forget(ContainerId id)
    {
        lock (_gate)
        {
            if (_pages.Remove(id, out var page))
            {
                page.Feed.End();
            }
        }
    }

    private void Take(ContainerId id, string? exec, DenialsMessage message)
    {
        lock (_gate)
        {
            var page = PageOf(id);
            foreach (var denial in message.Calls.Select(call => Read(exec, call)))
            {
                if (page.Denials.TryGetValue(denial.Key, out var before) && before.Count == denial.Count)
                {
                    continue;
                }
                page.Keep(denial);
                page.Feed.Publish(denial);
            }
        }
    }

    private Page PageOf(ContainerId id) => _pages.TryGetValue(id, out var page) ? page : _pages[id] = new(_gate);

    private static Denial Read(string? exec, DeniedCall call)
    {
        var arch = (SyscallArch)call.Architecture;
        if (arch == SyscallArch.X8664 && call.Number >= SyscallArches.X32Bit)
        {
            arch = SyscallArch.X32;
        }
        string name = call.Number < 0 ? "" : SyscallNames.Name(arch, call.Number) ?? call.Number.ToString(CultureInfo.InvariantCulture);
        return new(
            exec, name, call.Number, call.Number < 0 || arch == SyscallArches.Native ? null : arch.Scmp(), Text.Short(call.Command), call.Pid, call.OuterPid, call.Count,
            Instant.FromMicroseconds(call.First / 1000), Instant.FromMicroseconds(call.Last / 1000));
    }

    private sealed class Page(Lock gate)
    {
        private const int Most = 1000;

        public Dictionary<(string? Exec, int Number, string? Architecture, string Command), Denial> Denials { get; } = [];
        public Feed<Denial> Feed { get; } = new(gate);

        /// <summary>Each shim tells a limited number, but execs come without end: of theirs the oldest are forgotten.</summary>
        public void Keep(Denial denial)
        {
            if (Denials.Count >= Most && !Denials.ContainsKey(denial.Key) && Denials.Values.Where(kept => kept.Exec is not null).MinBy(kept => kept.Last) is { } oldest)
            {
                Denials.Remove(oldest.Key);
            }
            Denials[denial.Key] = denial;
        }

        public ImmutableArray<Denial> All() => [.. Denials.Values.OrderBy(denial => denial.First)];
    }
}
