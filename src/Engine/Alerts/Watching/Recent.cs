namespace Brig.Engine.Alerts.Watching;

/// <summary>When something happened the last few times: as many as a rule asks for, so that it answers "so often within that time" in no more memory than that.</summary>
internal sealed class Recent(int count)
{
    private readonly Queue<TimeSpan> _times = new();

    /// <summary>The line, or whatever it was, that came last.</summary>
    public string Last { get; private set; } = "";

    public void Add(TimeSpan at, string what)
    {
        if (_times.Count == count)
        {
            _times.Dequeue();
        }
        _times.Enqueue(at);
        Last = what;
    }

    /// <returns>At most the count of the constructor: more is not known.</returns>
    public int Within(TimeSpan now, TimeSpan window)
    {
        while (_times.TryPeek(out var oldest) && now - oldest > window)
        {
            _times.Dequeue();
        }
        return _times.Count;
    }
}
