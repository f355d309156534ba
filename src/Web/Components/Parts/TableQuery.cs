using Microsoft.AspNetCore.WebUtilities;

namespace Brig.Web.Components.Parts;

public enum SortBy { Name, Image, State, Cpu, Memory, Pids, Uptime, Restarts }

/// <summary>What of the table is shown and how: exactly what its address says, <c>?q=web&amp;state=running&amp;sort=-cpu</c>.</summary>
/// <param name="State">A key of <see cref="StateLook"/>, or null for all.</param>
public sealed record TableQuery(string Text, string? State, SortBy By, bool Descending)
{
    public static readonly TableQuery Plain = new("", null, SortBy.Name, false);

    public bool IsLive => By is SortBy.Cpu or SortBy.Memory or SortBy.Pids;

    public static TableQuery Parse(string? text, string? state, string? sort)
    {
        var descending = sort?.StartsWith('-') == true;
        var by = Enum.TryParse<SortBy>(sort?.TrimStart('-'), ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : SortBy.Name;
        return new(text?.Trim() ?? "", StateLook.Keys.Contains(state) ? state : null, by, descending);
    }

    public string ToAddress(string path)
    {
        var query = new Dictionary<string, string?>();
        if (Text.Length > 0)
            query["q"] = Text;
        if (State is not null)
            query["state"] = State;
        if (By != SortBy.Name || Descending)
            query["sort"] = (Descending ? "-" : "") + By.ToString().ToLowerInvariant();
        return QueryHelpers.AddQueryString(path, query);
    }

    /// <summary>A click on a column's head: sort by it, numbers greatest first; a second click turns it around.</summary>
    public TableQuery Sorted(SortBy by) =>
        by == By ? this with { Descending = !Descending } : this with { By = by, Descending = by > SortBy.State };
}
