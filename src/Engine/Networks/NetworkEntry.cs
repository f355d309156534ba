using System.Net;
using Brig.Engine.Networks.Addresses;

namespace Brig.Engine.Networks;

/// <summary>What the engine holds of one network. <see cref="Now"/> is replaced whole by <see cref="NetworkTable"/>; the books are used under its lock.</summary>
internal sealed class NetworkEntry
{
    private volatile Network _now;

    public NetworkEntry(Network network)
    {
        _now = network;
        Ipv4 = Book(network.Plan.Ipv4, network.Spec);
        Ipv6 = Book(network.Plan.Ipv6, network.Spec);
    }

    public Network Now { get => _now; set => _now = value; }
    public AddressBook? Ipv4 { get; }
    public AddressBook? Ipv6 { get; }

    /// <summary>Cables plugged in now. Touched by <see cref="Wiring"/> under its lock only.</summary>
    public int Cables { get; set; }

    /// <summary>It is being removed: nobody may come on it any more. Under the table's lock.</summary>
    public bool Leaving { get; set; }

    private static AddressBook? Book(SubnetPlan? plan, NetworkSpec spec)
    {
        if (plan is null)
        {
            return null;
        }
        var book = new AddressBook(Subnet.TryParse(plan.Subnet)!.Value, Subnet.TryParse(plan.Range)!.Value, Subnet.Value(IPAddress.Parse(plan.Gateway)));
        foreach (string reserved in spec.Subnets.FirstOrDefault(asked => asked.Subnet == plan.Subnet)?.Reserved?.Values ?? [])
        {
            book.TryTake(Subnet.Value(IPAddress.Parse(reserved)));
        }
        return book;
    }
}
