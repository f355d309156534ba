using System.Collections.Immutable;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks;

/// <summary>What is found wrong while files are read: all of it, for an editor marks all, up to a limit.</summary>
internal sealed class Findings
{
    private const int Most = 200;

    private readonly List<StackFinding> _all = [];

    public bool HasErrors { get; private set; }

    public ImmutableArray<StackFinding> All => [.. _all.OrderBy(found => found.Severity == FindingSeverity.Error ? 0 : 1)];

    public void Error(TextPlace place, string message)
    {
        HasErrors = true;
        Add(new(FindingSeverity.Error, message, place));
    }

    public void Error(YamlNode at, string message) => Error(at.Place, message);
    public void Error(YamlFailure failure) => Error(failure.Place, failure.Message);
    public void Warning(YamlNode at, string message) => Add(new(FindingSeverity.Warning, message, at.Place));

    private void Add(StackFinding found)
    {
        // A service that another extends, or an anchor, is read more than once.
        if (_all.Count < Most && !_all.Contains(found))
        {
            _all.Add(found);
        }
    }
}
