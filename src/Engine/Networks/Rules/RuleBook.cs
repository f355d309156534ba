using System.Collections.Immutable;
using System.Text;
using Brig.Linux;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Rules;

/// <summary>
/// Our rules in the kernel. What should be there is kept here too, so that all of it can be written anew in one transaction when the kernel's copy is not what it was: at a start, or when somebody else
/// flushed it. Used under the wiring's lock.
/// </summary>
internal sealed class RuleBook(HostNetwork host, EnginePaths paths, OwnPorts own)
{
    private RuleText _text = new(paths.Instance, own.Now);
    private Wanted _wanted = Wanted.Nothing;
    private bool _written, _held;

    public bool Has(Network network) => _wanted.Networks.ContainsKey(network.Id);

    public bool HasPort(PublishedPort port) => _wanted.Ports.ContainsKey(port);

    /// <summary>All of these, or none.</summary>
    /// <exception cref="EngineException">Failed: the kernel refused.</exception>
    public void Change(RuleChange change)
    {
        var next = _wanted.With(change);
        if (_held)
        {
            // Written later, at once.
        }
        else if (next.Networks.IsEmpty)
        {
            RemoveAll();
        }
        else if (!_written || !TryRun(Difference(change)))
        {
            WriteAll(next);   // the first, or somebody took ours away
        }
        _wanted = next;
    }

    /// <summary>From now on changes are kept and not written, until <see cref="Write"/>.</summary>
    public void Hold() => _held = true;

    /// <summary>All of it, over whatever is there.</summary>
    public void Write()
    {
        _held = false;
        if (_wanted.Networks.IsEmpty)
        {
            RemoveAll();
        }
        else
        {
            WriteAll(_wanted);
        }
    }

    /// <summary>Brig listens on other ports by now. They are not elements of a set, for an administrator who reads the rule shall see them.</summary>
    public void OwnPorts()
    {
        _text = new(paths.Instance, own.Now);
        if (_written && !_held)
        {
            WriteAll(_wanted);
        }
    }

    /// <summary>When somebody flushed ours.</summary>
    public void Renew()
    {
        if (_written && Chains.Tables(host.Rules).Count(table => table.Name == paths.Instance) < 2)
        {
            WriteAll(_wanted);
        }
    }

    /// <summary>Also what an engine before us may have left.</summary>
    private void RemoveAll()
    {
        Run(_text.Away());
        _written = false;
    }

    private string Difference(RuleChange change)
    {
        var text = new StringBuilder();
        foreach (var port in change.RemovePorts.Where(HasPort))
        {
            text.Append(_text.Port("delete", port, _wanted.Ports[port]));
        }
        foreach (string link in change.RemoveCables.Where(_wanted.Cables.ContainsKey))
        {
            text.Append(_text.Cable("delete", link, _wanted.Cables[link]));
        }
        foreach (var network in change.RemoveNetworks.Where(Has))
        {
            text.Append(_text.Network("delete", network));
        }
        Add(text, change.AddNetworks, change.AddCables, change.AddPorts);
        return text.ToString();
    }

    /// <summary>Everything anew; what is right stays right, for it is one transaction, and connections are not the rules' business.</summary>
    private void WriteAll(Wanted wanted)
    {
        var text = new StringBuilder(_text.Frame("Brig over " + paths.Root.Replace('"', '\'').Replace('\\', '/')));
        Add(text, wanted.Networks.Values, wanted.Cables.Select(pair => (pair.Key, pair.Value)), wanted.Ports.Select(pair => (pair.Key, pair.Value)));
        Run(text.ToString());
        _written = true;
    }

    private void Add(StringBuilder text, IEnumerable<Network> networks, IEnumerable<(string Link, Endpoint Endpoint)> cables, IEnumerable<(PublishedPort Port, Endpoint To)> ports)
    {
        foreach (var network in networks)
        {
            text.Append(_text.Network("add", network));
        }
        foreach (var (link, endpoint) in cables)
        {
            text.Append(_text.Cable("add", link, endpoint));
        }
        foreach (var (port, to) in ports)
        {
            text.Append(_text.Port("add", port, to));
        }
    }

    private bool TryRun(string text)
    {
        try
        {
            if (text.Length > 0)
            {
                host.Rules.Run(text);
            }
            return true;
        }
        catch (NftException)
        {
            return false;
        }
    }

    private void Run(string text)
    {
        try
        {
            host.Rules.Run(text);
        }
        catch (NftException e)
        {
            throw EngineException.Failed($"The kernel refused the rules of Brig's networks: {e.Message}.", e);
        }
        catch (LinuxException e)
        {
            throw EngineException.Unavailable($"Networks need the kernel's nftables: {e.Message}.", e);
        }
    }

    /// <summary>By the network's id, by the cable's end on the machine, by the port as the machine has it.</summary>
    private sealed record Wanted(ImmutableDictionary<string, Network> Networks, ImmutableDictionary<string, Endpoint> Cables, ImmutableDictionary<PublishedPort, Endpoint> Ports)
    {
        public static readonly Wanted Nothing = new(
            ImmutableDictionary<string, Network>.Empty, ImmutableDictionary<string, Endpoint>.Empty, ImmutableDictionary<PublishedPort, Endpoint>.Empty);

        public Wanted With(RuleChange change) => new(
            Networks.RemoveRange(change.RemoveNetworks.Select(network => network.Id)).SetItems(change.AddNetworks.Select(network => KeyValuePair.Create(network.Id, network))),
            Cables.RemoveRange(change.RemoveCables).SetItems(change.AddCables.Select(cable => KeyValuePair.Create(cable.Link, cable.Endpoint))),
            Ports.RemoveRange(change.RemovePorts).SetItems(change.AddPorts.Select(port => KeyValuePair.Create(port.Port, port.To))));
    }
}

/// <summary>What shall be different, as one transaction. A cable is named by its end on the machine.</summary>
internal sealed record RuleChange
{
    public ImmutableArray<Network> AddNetworks { get; init; } = [];
    public ImmutableArray<Network> RemoveNetworks { get; init; } = [];
    public ImmutableArray<(string Link, Endpoint Endpoint)> AddCables { get; init; } = [];
    public ImmutableArray<string> RemoveCables { get; init; } = [];
    public ImmutableArray<(PublishedPort Port, Endpoint To)> AddPorts { get; init; } = [];
    public ImmutableArray<PublishedPort> RemovePorts { get; init; } = [];
}
