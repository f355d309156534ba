using System.Collections.Immutable;

namespace Brig.Engine.Networks;

/// <summary>
/// TCP ports on which Brig itself listens, beyond loopback: containers reach them only from networks that say so. Those that are asked for are known before anything starts; one that the kernel chooses
/// (<c>BRIG_URLS=http://0.0.0.0:0</c>) is told when it is bound, and before anybody is listened to.
/// </summary>
public sealed class OwnPorts
{
    private readonly Lock _gate = new();
    private Action _changed = () => { };

    public OwnPorts(EngineOptions options) => Now = options.OwnPorts;

    public ImmutableArray<int> Now { get; private set; }

    /// <summary>Returns when the rules say so.</summary>
    /// <exception cref="EngineException">The kernel refused.</exception>
    public void Add(int port)
    {
        lock (_gate)
        {
            if (Now.Contains(port))
            {
                return;
            }
            Now = Now.Add(port);
            _changed();
        }
    }

    internal void OnChange(Action changed)
    {
        lock (_gate)
        {
            _changed = changed;
        }
    }
}
