namespace Brig.Engine.History;

/// <summary>Times that are told already, so that a coarser row does not tell them again. Unix milliseconds.</summary>
internal sealed class Covered
{
    private readonly List<(long Start, long End)> _spans = [];
    private bool _isSorted = true;

    public void Add(long start, long end)
    {
        _spans.Add((start, end));
        _isSorted = false;
    }

    public bool Touches(long start, long end)
    {
        Sort();
        int low = 0, high = _spans.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _spans[middle].End <= start ? (middle + 1, high) : (low, middle);
        }
        return low < _spans.Count && _spans[low].Start < end;
    }

    private void Sort()
    {
        if (_isSorted)
        {
            return;
        }
        _isSorted = true;
        _spans.Sort();
        int last = 0;
        for (int i = 1; i < _spans.Count; i++)
        {
            if (_spans[i].Start <= _spans[last].End)
            {
                _spans[last] = (_spans[last].Start, Math.Max(_spans[last].End, _spans[i].End));
            }
            else
            {
                _spans[++last] = _spans[i];
            }
        }
        _spans.RemoveRange(Math.Min(last + 1, _spans.Count), Math.Max(0, _spans.Count - last - 1));
    }
}
