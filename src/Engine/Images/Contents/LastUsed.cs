namespace Brig.Engine.Images.Contents;

/// <summary>What was made for the keys asked for last; the one unused for longest goes. What failed is not kept.</summary>
internal sealed class LastUsed<T>(int most) where T : Task
{
    private readonly LinkedList<(string Key, T Value)> _order = new();

    public T GetAsync(string key, Func<T> make)
    {
        lock (_order)
        {
            for (var node = _order.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == key && !node.Value.Value.IsFaulted && !node.Value.Value.IsCanceled)
                {
                    _order.Remove(node);
                    _order.AddFirst(node);
                    return node.Value.Value;
                }
            }
            var made = make();
            _order.AddFirst((key, made));
            if (_order.Count > most)
            {
                _order.RemoveLast();
            }
            return made;
        }
    }
}
