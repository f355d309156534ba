using System.Collections.Immutable;

namespace Brig.Engine.Logs.Search;

/// <summary>Hits as they are told: with the lines that belong to them, and each group of lines once.</summary>
internal sealed class FoundTeller(ImmutableArray<LogSource> sources, LogFolders folders)
{
    private const int WindowLines = 100;

    /// <summary>Characters of lines that belong to others, in one search: what a container writes must not fill memory.</summary>
    private int _room = 4 * 1024 * 1024;

    private readonly Dictionary<int, int> _numbers = [];
    private readonly Dictionary<int, (LogPosition First, LogPosition Last)> _groups = [];

    public (ImmutableArray<LogSource> Sources, ImmutableArray<FoundLine> Lines) Tell(List<Hit> hits)
    {
        var told = ImmutableArray.CreateBuilder<LogSource>();
        var lines = ImmutableArray.CreateBuilder<FoundLine>(hits.Count);
        foreach (var hit in hits)
        {
            if (_groups.TryGetValue(hit.Source, out var group) && hit.Position >= group.First && hit.Position <= group.Last)
                continue;
            if (!_numbers.TryGetValue(hit.Source, out int number))
            {
                _numbers.Add(hit.Source, number = _numbers.Count);
                told.Add(sources[hit.Source]);
            }
            var (before, behind) = hit.MayBelong && _room > 0 ? Group(hit) : ([], []);
            _room -= before.Sum(line => line.Text.Length) + behind.Sum(line => line.Text.Length);
            if (before.Length + behind.Length > 0)
                _groups[hit.Source] = (before.IsEmpty ? hit.Position : before[0].Position, behind.IsEmpty ? hit.Position : behind[^1].Position);
            lines.Add(new(number, hit.Position, hit.Nanoseconds, hit.Stream, hit.Level, hit.Text!, hit.Length, before, behind));
        }
        return (told.ToImmutable(), lines.DrainToImmutable());
    }

    private (ImmutableArray<LogLine> Before, ImmutableArray<LogLine> Behind) Group(in Hit hit)
        => LineGroups.Of(LogWindow.Read(folders.Of(sources[hit.Source].Id), hit.Position, WindowLines, WindowLines, LogWindow.SmallBytes), hit.Position, hit.Stream);
}
