using System.Collections.Immutable;

namespace Brig.Engine.Stacks.Compose;

/// <summary>Which service comes after which: by <c>depends_on</c>, and by sharing another one's namespaces or mounts.</summary>
internal static class DependencyOrder
{
    /// <summary>The services that must be up before it; those that are not in the stack are left out.</summary>
    public static IEnumerable<string> Before(ComposeService service) =>
        service.DependsOn.Select(dependency => dependency.Service)
            .Concat(new[] { service.NetworkMode, service.Pid, service.Ipc, service.Uts }.OfType<string>().Where(mode => mode.StartsWith("service:", StringComparison.Ordinal)).Select(mode => mode[8..]))
            .Concat(service.VolumesFrom.Where(from => !from.StartsWith("container:", StringComparison.Ordinal)).Select(from => from.Split(':')[0]))
            .Distinct(StringComparer.Ordinal);

    /// <summary>The first that is found, its first service again at the end; null: there is none.</summary>
    public static ImmutableArray<ComposeService>? Circle(IEnumerable<ComposeService> services)
    {
        var byName = services.ToDictionary(service => service.Name, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in byName.Keys.Order(StringComparer.Ordinal))
        {
            if (From(name, byName, done) is { } circle)
            {
                return circle;
            }
        }
        return null;
    }

    /// <summary>Depth first, with a list in place of calls: a file may hold thousands of services in a row.</summary>
    private static ImmutableArray<ComposeService>? From(string start, Dictionary<string, ComposeService> byName, HashSet<string> done)
    {
        var path = new List<(string Name, IEnumerator<string> Next)>();
        void Push(string name) => path.Add((name, Before(byName[name]).Where(byName.ContainsKey).GetEnumerator()));
        if (!done.Contains(start))
        {
            Push(start);
        }
        while (path.Count > 0)
        {
            var (name, next) = path[^1];
            if (!next.MoveNext())
            {
                done.Add(name);
                path.RemoveAt(path.Count - 1);
                continue;
            }
            int at = path.FindIndex(link => link.Name == next.Current);
            if (at >= 0)
            {
                return [.. path.Skip(at).Select(link => byName[link.Name]), byName[next.Current]];
            }
            if (!done.Contains(next.Current))
            {
                Push(next.Current);
            }
        }
        return null;
    }
}
