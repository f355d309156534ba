using System.Globalization;

namespace Brig.Engine.Logs;

/// <summary>
/// The files of one container's log as one reader holds them, lowest number first. Those that are rotated away stay readable for it, up to
/// <see cref="MaxHeld"/>: a reader slower than that loses the oldest, so that it cannot fill the disk with deleted files.
/// </summary>
internal sealed class LogView(string folder) : IDisposable
{
    public const int MaxHeld = 16;

    private readonly List<LogSegment> _segments = [];
    private string _lastPath = "", _nextPath = "";

    public LogPosition Start => _segments.Count == 0 ? default : new(_segments[0].Number, 0);

    /// <summary>Behind the last byte seen by <see cref="Refresh"/>; an entry may be half written there.</summary>
    public LogPosition End => _segments.Count == 0 ? default : new(_segments[^1].Number, _segments[^1].Length);

    public IReadOnlyList<LogSegment> Segments => _segments;

    /// <summary>Opens what is new. The writer finishes a file before it makes the next: so a length read after the next was seen is final.</summary>
    public void Refresh()
    {
        int known = Math.Max(0, _segments.Count - 1);
        if (_segments.Count == 0)
            OpenAbove(0);
        else if (!OpenNext() && !File.Exists(_lastPath))
            OpenAbove(_segments[^1].Number);
        for (int i = known; i < _segments.Count; i++)
            _segments[i].Refresh();
        while (_segments.Count > MaxHeld)
            Drop();
    }

    /// <summary>Closes the files before this one.</summary>
    public void Forget(int before)
    {
        while (_segments.Count > 1 && _segments[0].Number < before)
            Drop();
    }

    /// <summary>This file, or the first after it, or null.</summary>
    public LogSegment? Find(int number)
    {
        foreach (var segment in _segments)
            if (segment.Number >= number)
                return segment;
        return null;
    }

    public void Dispose()
    {
        while (_segments.Count > 0)
            Drop();
    }

    private bool OpenNext()
    {
        bool any = false;
        while (LogSegment.TryOpen(_nextPath, _segments[^1].Number + 1) is { } next)
        {
            Add(next);
            any = true;
        }
        return any;
    }

    private void Add(LogSegment segment)
    {
        _segments.Add(segment);
        _lastPath = PathOf(segment.Number);
        _nextPath = PathOf(segment.Number + 1);
    }

    private string PathOf(int number) => Path.Combine(folder, number.ToString("000000", CultureInfo.InvariantCulture) + ".log");

    private void OpenAbove(int number)
    {
        string[] paths;
        try
        {
            paths = Directory.GetFiles(folder, "??????.log");
        }
        catch (DirectoryNotFoundException)
        {
            return; // nothing was written yet, or the container is removed
        }
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (string path in paths)
            if (int.TryParse(Path.GetFileNameWithoutExtension(path), out int found) && found > number && LogSegment.TryOpen(path, found) is { } segment)
                Add(segment);
    }

    private void Drop()
    {
        _segments[0].Dispose();
        _segments.RemoveAt(0);
    }
}
