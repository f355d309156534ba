using System.Net;
using Brig.Engine.Containers;
using Brig.Linux;
using Brig.Linux.Bpf;
using Brig.Linux.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Brig.Engine.Networks;

/// <summary>
/// Lets containers of one network send to each other past the bridge (<see cref="CableShortcut"/>), where the kernel can. Nobody waits for a shortcut, and nothing is missing without one: the bridge carries
/// whatever takes none, as it does when the engine is gone. It comes a second after the start: for whoever has ended by then it would have been work for nothing, and hanging it keeps others from starting.
/// </summary>
internal sealed partial class Shortcuts(HostNetwork host, EngineOptions options, LinkChores chores, ILogger<Shortcuts> log) : IDisposable
{
    private readonly Lock _gate = new();   // a container's end waits for it, so nothing under it waits for the kernel
    private readonly Dictionary<string, Cable> _cables = [];   // by the end at the bridge

    private CableShortcut? _shortcut;   // of the chores, which are one at a time; anybody's under the gate, who has found a cable that hangs
    private bool _impossible = !options.Shortcuts;

    /// <summary>Cables that have theirs or wait for it.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _cables.Count;
            }
        }
    }

    public bool Has(Endpoint endpoint) => NumberOf(endpoint) is not null;

    /// <summary>Of the interface that its shortcut leads to; null: it has none, or not yet.</summary>
    public int? NumberOf(Endpoint endpoint)
    {
        lock (_gate)
        {
            return _cables.GetValueOrDefault(ContainerNetwork.Outer(endpoint))?.Held?.Place.Cable;
        }
    }

    /// <summary>Its cable is in. A second after this it sends and is sent to directly.</summary>
    public void Begin(Endpoint endpoint, string bridge)
    {
        var cable = new Cable(endpoint, bridge);
        lock (_gate)
        {
            if (_impossible || _cables.ContainsKey(cable.Outer) || !chores.TryAdd(() => Attach(cable)))
            {
                return;
            }
            _cables.Add(cable.Outer, cable);
        }
    }

    /// <summary>It ended, or its cable goes. When this returns nothing comes to it or from it but by the bridge.</summary>
    public void End(Endpoint endpoint)
    {
        lock (_gate)
        {
            if (_cables.Remove(ContainerNetwork.Outer(endpoint), out var cable) && TakeOut(cable) is { } link)
            {
                chores.TryAdd(link.Dispose);   // if not, its finalizer closes it
            }
        }
    }

    /// <summary>When this returns everything goes by the bridge. The links are closed after it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            var links = _cables.Values.Select(TakeOut).OfType<SafeFileHandle>().ToArray();
            _cables.Clear();
            _impossible = true;
            new Thread(() => Close(links, _shortcut)) { IsBackground = true, Name = "shortcuts" }.Start();   // nobody waits for as many times the kernel's lock
        }
    }

    private static void Close(SafeFileHandle[] links, CableShortcut? shortcut)
    {
        foreach (var link in links)
        {
            link.Dispose();
        }
        shortcut?.Dispose();   // nobody has a cable of it any more
    }

    private void Attach(Cable cable)
    {
        SafeFileHandle? link = null;
        try
        {
            if (IsWanted(cable) && Find(cable) is { } place)
            {
                host.Within(() => link = (_shortcut ??= CableShortcut.Open()).Hang(place.Cable));
                // The name may be another cable's by now: to the number of one that is gone the program would send, and the kernel drop it.
                if (Find(cable) == place && TryPutIn(cable, new(place, link!)))
                {
                    link = null;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The engine stops.
        }
        catch (LinuxException e)
        {
            if (e.Errno != Errno.ENODEV)   // it went meanwhile
            {
                Refused(e);
            }
        }
        finally
        {
            link?.Dispose();
            Forget(cable);
        }
    }

    /// <summary>Null: it is not, or no more, where it should be.</summary>
    private Place? Find(Cable cable) =>
        host.Links.Find(cable.Outer) is { } end && host.Links.Find(cable.Bridge) is { } bridge && end.Master == bridge.Index && MacAddress.TryParse(cable.Endpoint.Mac, out var mac)
            ? new(end.Index, bridge.Index, mac) : null;

    /// <summary>False: it ended, and maybe began again with a new cable, since it was to be attached.</summary>
    private bool IsWanted(Cable cable)
    {
        lock (_gate)
        {
            return !_impossible && _cables.GetValueOrDefault(cable.Outer) == cable;
        }
    }

    private bool TryPutIn(Cable cable, Held held)
    {
        lock (_gate)
        {
            if (!IsWanted(cable))
            {
                return false;
            }
            _shortcut!.Add(held.Place.Cable, held.Place.Bridge, held.Place.Mac, Parse(cable.Endpoint.Ipv4), Parse(cable.Endpoint.Ipv6));
            cable.Held = held;
            return true;
        }
    }

    /// <summary>Under the gate.</summary>
    /// <returns>What is to be closed, when there is time to wait for the kernel: where the cable is gone by then, there is nothing to wait for.</returns>
    private SafeFileHandle? TakeOut(Cable cable)
    {
        if (cable.Held is not { } held)
        {
            return null;
        }
        _shortcut!.Remove(held.Place.Cable, held.Place.Bridge, held.Place.Mac);
        return held.Link;
    }

    private void Forget(Cable cable)
    {
        lock (_gate)
        {
            if (cable.Held is null && _cables.GetValueOrDefault(cable.Outer) == cable)
            {
                _cables.Remove(cable.Outer);
            }
        }
    }

    /// <summary>A kernel that refuses one refuses all.</summary>
    private void Refused(LinuxException why)
    {
        lock (_gate)
        {
            if (_impossible)
            {
                return;
            }
            _impossible = _cables.Values.All(cable => cable.Held is null);
        }
        ByTheBridge(why.Message);
    }

    private static IPAddress? Parse(string? address) => address is null ? null : IPAddress.Parse(address);

    /// <summary>One for each <see cref="Begin"/>: who began again has another.</summary>
    private sealed class Cable(Endpoint endpoint, string bridge)
    {
        public Endpoint Endpoint { get; } = endpoint;
        public string Bridge { get; } = bridge;
        public string Outer { get; } = ContainerNetwork.Outer(endpoint);

        /// <summary>Under the gate. Null: on its way.</summary>
        public Held? Held { get; set; }
    }

    private readonly record struct Place(int Cable, int Bridge, MacAddress Mac);

    private sealed record Held(Place Place, SafeFileHandle Link);

    [LoggerMessage(Level = LogLevel.Information, Message = "Containers of one network send to each other by its bridge, not directly: {Reason}")]
    private partial void ByTheBridge(string reason);
}
