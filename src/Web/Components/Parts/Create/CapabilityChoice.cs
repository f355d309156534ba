using Brig.Engine.Isolation;

namespace Brig.Web.Components.Parts.Create;

/// <summary>Two lines of capability names, added and taken away, as the engine reads them.</summary>
public sealed class CapabilityChoice
{
    private const string All = "ALL";

    public string Add { get; set; } = "";
    public string Drop { get; set; } = "";

    public IReadOnlyList<string> Added => Names(Add);
    public IReadOnlyList<string> Dropped => Names(Drop);

    /// <summary>A word that is no capability's name; null when all are.</summary>
    public string? Unknown => Added.Concat(Dropped).FirstOrDefault(name => name != All && !CapabilitySet.All.Contains(name));

    /// <summary>Whether root in the container will have it.</summary>
    public bool Has(string name) =>
        Added.Contains(name)
        || (Added.Contains(All) ? Dropped.Contains(All) || !Dropped.Contains(name)
            : !Dropped.Contains(All) && !Dropped.Contains(name) && CapabilitySet.Standard.Has(name));

    /// <summary>Changes as little of what is written as makes it so.</summary>
    public void Set(string name, bool on)
    {
        var (add, drop) = (Added.ToList(), Dropped.ToList());
        (on ? drop : add).Remove(name);
        (Add, Drop) = (Text(add), Text(drop));
        if (Has(name) != on)
        {
            (on ? add : drop).Add(name);
            (Add, Drop) = (Text(add), Text(drop));
        }
    }

    private static string Text(IEnumerable<string> names) => string.Join(", ", names);

    private static string[] Names(string text) =>
        [.. text.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => name.ToUpperInvariant()).Select(name => name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name)];
}
