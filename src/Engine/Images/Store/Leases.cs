namespace Brig.Engine.Images;

/// <summary>
/// What is being used though no row names it yet: blobs and layers of a pull, an image a container is being made from. What is leased is not collected.
/// A lease is taken first and then it is looked whether the thing is there; the collector looks at the leases under the same lock under which it takes away.
/// Leases end with the process: what a killed engine was about has no row, and is collected at the next start.
/// </summary>
internal sealed class Leases
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _held = [];

    public Lease New() => new(this);

    /// <summary>Runs the removal unless the thing is leased.</summary>
    public bool Unless(string key, Action remove)
    {
        lock (_gate)
        {
            if (_held.ContainsKey(key))
            {
                return false;
            }
            remove();
            return true;
        }
    }

    public bool IsHeld(string key)
    {
        lock (_gate)
        {
            return _held.ContainsKey(key);
        }
    }

    public static string Blob(string digest) => "blob " + digest;
    public static string Layer(string diffId) => "layer " + diffId;
    public static string Image(string digest) => "image " + digest;

    internal void Take(string key)
    {
        lock (_gate)
        {
            _held[key] = _held.GetValueOrDefault(key) + 1;
        }
    }

    internal void Give(IEnumerable<string> keys)
    {
        lock (_gate)
        {
            foreach (string key in keys)
            {
                if (--_held[key] == 0)
                {
                    _held.Remove(key);
                }
            }
        }
    }
}

/// <summary>Holds things until disposed. Thread safe.</summary>
internal sealed class Lease(Leases leases) : IDisposable
{
    private readonly List<string> _keys = [];
    private bool _ended;

    public void Blob(string digest) => Hold(Leases.Blob(digest));
    public void Layer(string diffId) => Hold(Leases.Layer(diffId));
    public void Image(string digest) => Hold(Leases.Image(digest));

    public void Dispose()
    {
        lock (_keys)
        {
            _ended = true;
            leases.Give(_keys);
            _keys.Clear();
        }
    }

    private void Hold(string key)
    {
        lock (_keys)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            leases.Take(key);
            _keys.Add(key);
        }
    }
}
