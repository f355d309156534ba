namespace Brig.Engine.Networks.Addresses;

/// <summary>Which addresses of one subnet are given. Locked by its owner. What is given back is the last to be given again, because others may still remember it.</summary>
internal sealed class AddressBook
{
    private readonly Subnet _subnet, _range;
    private readonly UInt128 _gateway;
    private readonly HashSet<UInt128> _taken = [];
    private UInt128 _next;

    /// <param name="range">The part addresses are given from.</param>
    public AddressBook(Subnet subnet, Subnet range, UInt128 gateway)
    {
        (_subnet, _range, _gateway) = (subnet, range, gateway);
        _next = range.First;
    }

    public int Taken => _taken.Count;

    /// <summary>Null: the range is full.</summary>
    public UInt128? Take()
    {
        UInt128 tries = _range.Last - _range.First;   // one less than there are, which saves the overflow of a /0; the last is looked at as well
        for (UInt128 i = 0; ; i++)
        {
            UInt128 address = _next;
            _next = _next == _range.Last ? _range.First : _next + 1;
            if (IsUsable(address) && _taken.Add(address))
            {
                return address;
            }
            if (i == tries)
            {
                return null;
            }
        }
    }

    /// <summary>A fixed one; it may lie beside the range, not beside the subnet.</summary>
    /// <returns>False: somebody has it.</returns>
    public bool TryTake(UInt128 address) => _taken.Add(address);

    public void Release(UInt128 address) => _taken.Remove(address);

    /// <summary>Not the gateway's, not the network's own, and in IPv4 not the broadcast address.</summary>
    public bool IsUsable(UInt128 address) => _subnet.Contains(address) && address != _gateway && address != _subnet.First && !(_subnet.IsIpv4 && address == _subnet.Last);
}
