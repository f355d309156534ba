namespace Brig.Engine.Logs;

/// <summary>
/// The files of one container's log as one reader holds them, lowest number first. Those that are rotated away stay readable for it, up to
/// <see cref="MaxHeld"/>: a reader slower than that loses the oldest, so that it cannot fill the disk with deleted files.
/// </summary>
/// <param name="folder">Asked anew whenever the files are not where they were: a removed container's log moves to where it is kept.</param>
internal sealed class LogView(Func<string> folder) : IDisposable
{
    public const int MaxHeld = 16;

    private readonly List<LogSegment> _segments = [];
    private string _lastPath = "", _nextPath = "";

    public LogPosition Start => _segments.Count == 0 ? default : new(_segments[0].Number, 0);

    /// <summary>Behind the last byte seen by <see cref="Refresh"/>; an entry may be half written there.</summary>
    public LogPosition End => _segments.Count == 0 ? default : new(_segments[^1].Number, _segments[^1].Length);

    public IReadOnlyList<LogSegment> Segments => _segments;

    /// <summary>A file and those beside it, and no others, as they are now.</summary>
    public static LogView Around(string folder, int file)
    {
        var view = new LogView(() => folder);
        for (int number = file - 1; number <= file + 1; number++)
            if (LogSegment.TryOpen(view.PathOf(number), number) is { } segment)
            {
                view.Add(segment);
                segment.Refresh();
            }
        return view;
    }

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

    private string PathOf(int number) => LogFiles.PathOf(folder(), number);

    private void OpenAbove(int number)
    {
        // Twice: it may move between the question where it is and the look.
        if (!TryOpenAbove(number))
            TryOpenAbove(_segments.Count == 0 ? number : _segments[^1].Number);
    }

    /// <returns>False: something was not there any more, or nothing was written yet.</returns>
    private bool TryOpenAbove(int number)
    {
        string[] paths;
        try
        {
            paths = Directory.GetFiles(folder(), "??????.log");
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        bool all = true;
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (string path in paths)
            if (int.TryParse(Path.GetFileNameWithoutExtension(path), out int found) && found > number)
            {
                if (LogSegment.TryOpen(path, found) is { } segment)
                    Add(segment);
                else
                    all = false;
            }
        return all;
    }

    private void Drop()
    {
        _segments[0].Dispose();
        _segments.RemoveAt(0);
    }
}
