using System.Collections.Immutable;
using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>Processes with children below their parents.</summary>
public static class ProcessTree
{
    public static IEnumerable<(ProcessRow Row, int Depth)> Of(ImmutableArray<ProcessRow> rows)
    {
        var known = rows.Select(r => r.Pid).ToHashSet();
        var children = rows.ToLookup(r => known.Contains(r.ParentPid) && r.ParentPid != r.Pid ? r.ParentPid : 0);
        return Below(0, 0, children);
    }

    public static string StateWord(string state) => state.FirstOrDefault() switch
    {
        'R' => T("processes.stateR"),
        'S' => T("processes.stateS"),
        'D' => T("processes.stateD"),
        'Z' => T("processes.stateZ"),
        'T' or 't' => T("processes.stateT"),
        'I' => T("processes.stateI"),
        _ => state,
    };

    private static IEnumerable<(ProcessRow, int)> Below(int parent, int depth, ILookup<int, ProcessRow> children) =>
        children[parent].OrderBy(r => r.Pid).SelectMany(r => Below(r.Pid, depth + 1, children).Prepend((r, depth)));
}
