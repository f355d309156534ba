using System.Collections.Immutable;
using Brig.Engine.Stacks;

namespace Brig.Web.Components.Parts.Stacks;

/// <param name="Column">0: depends on nothing.</param>
public sealed record GraphNode(StackService Service, int Column, int Row);

/// <summary>Services in columns, each to the right of all it depends on.</summary>
public static class GraphLayout
{
    public static ImmutableArray<GraphNode> Of(ImmutableArray<StackService> services)
    {
        var byName = services.ToDictionary(service => service.Name);
        var columns = new Dictionary<string, int>();
        foreach (var service in services)
            Column(service.Name, byName, columns, []);
        var rows = new Dictionary<int, int>();
        return [.. services.OrderBy(service => columns[service.Name]).ThenBy(service => service.Name, StringComparer.Ordinal).Select(service =>
        {
            var column = columns[service.Name];
            var row = rows.GetValueOrDefault(column);
            rows[column] = row + 1;
            return new GraphNode(service, column, row);
        })];
    }

    /// <param name="open">Being looked at: a file of another tool may go round in a circle.</param>
    private static int Column(string name, Dictionary<string, StackService> services, Dictionary<string, int> columns, HashSet<string> open)
    {
        if (columns.TryGetValue(name, out var known))
            return known;
        if (!services.TryGetValue(name, out var service) || !open.Add(name))
            return -1;
        var column = service.DependsOn.Select(on => Column(on.Service, services, columns, open)).DefaultIfEmpty(-1).Max() + 1;
        open.Remove(name);
        return columns[name] = column;
    }
}
