namespace Brig.Engine.Stacks.Applying;

/// <summary>Work on services in their order, at once where one does not need the other.</summary>
internal sealed class ServiceGraph(IReadOnlyDictionary<string, string[]> before)
{
    /// <summary>After each service's work and that of all it needs. A failure keeps those from working that need it.</summary>
    /// <param name="failed">Told of a service that was not worked on, and of the one that is why.</param>
    public async Task RunAsync(Func<string, Task> work, Action<string, string>? failed = null)
    {
        var tasks = new Dictionary<string, Task>(StringComparer.Ordinal);
        Task Of(string name)
        {
            if (!tasks.TryGetValue(name, out var task))
            {
                tasks[name] = task = OneAsync(name, [.. before[name].Where(before.ContainsKey).Select(other => (other, Of(other)))], work, failed);
            }
            return task;
        }
        foreach (string name in before.Keys.Order(StringComparer.Ordinal))
        {
            _ = Of(name);
        }
        await Task.WhenAll(tasks.Values);
    }

    private static async Task OneAsync(string name, (string Name, Task Task)[] needed, Func<string, Task> work, Action<string, string>? failed)
    {
        await Task.Yield();
        foreach (var (other, task) in needed)
        {
            try
            {
                await task;
            }
            catch (Exception) when (failed is not null)
            {
                failed(name, other);
                throw;
            }
        }
        await work(name);
    }

    /// <summary>Without what closes a circle: labels, unlike files, are read by nobody before they are believed.</summary>
    public static ServiceGraph WithoutCircles(IReadOnlyDictionary<string, string[]> before)
    {
        var kept = before.Keys.ToDictionary(name => name, _ => new List<string>(), StringComparer.Ordinal);
        bool Leads(string from, string to, HashSet<string> seen) => from == to || (seen.Add(from) && kept[from].Any(next => Leads(next, to, seen)));
        foreach (var (name, others) in before.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            kept[name].AddRange(others.Where(other => kept.ContainsKey(other) && !Leads(other, name, [])));
        }
        return new(kept.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal));
    }

    /// <summary>The other way round: what needs others comes before them.</summary>
    public ServiceGraph Reversed() => new(before.Keys.ToDictionary(name => name, name => before.Where(pair => pair.Value.Contains(name)).Select(pair => pair.Key).ToArray(), StringComparer.Ordinal));
}
