using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Bpf;

/// <summary>
/// What decides about a packet that came out of a container's cable, where the bridge would take it:
/// <code>
/// TCP or UDP, with the MAC and the address of this cable, to the MAC of another cable of the same bridge → straight into that container
/// anything else                                                                                         → to the bridge, as if we were not here
/// </code>
/// So nothing passes that the bridge and its rules would not let pass: what they let pass from cable to cable without a look passes sooner.
/// </summary>
internal static class ShortcutProgram
{
    /// <summary>Of a cable: bridge u32, MAC 6 bytes, 2 of padding, IPv4 address 4 bytes (0: none), IPv6 address 16 bytes (0: none); key is its number, u32.</summary>
    public const int CableSize = 32, CableKey = 4;

    /// <summary>Of a place at a bridge: bridge u32, MAC 6 bytes, 2 of padding; the value is the number of the cable, u32.</summary>
    public const int PlaceKey = 12, PlaceSize = 4;

    private const int Context = 6, Data = 7, End = 8, Cable = 9, Stack = 10;

    // struct __sk_buff of linux/bpf.h
    private const int VlanPresent = 20, Interface = 40, DataAt = 76, DataEnd = 80;

    // as a little-endian machine reads what is big-endian on the wire
    private const int Ipv4 = 0x0008, Ipv6 = 0xDD86;
    private const int Tcp = 6, Udp = 17, ToUs = 0, Next = -1;

    /// <summary>Ethernet and IPv6, or Ethernet, IPv4 and the beginning of TCP: what is shorter goes the long way.</summary>
    private const int Least = 54;

    public static BpfInstruction[] Make(SafeFileHandle cables, SafeFileHandle places) => new BpfAssembler()
        .Move(Context, 1)
        .Load32(1, Context, VlanPresent).IfNot(1, 0, "bridge")
        .Load32(1, Context, Interface).Store32(Stack, -4, 1)
        .Map(1, cables).Move(2, Stack).AddValue(2, -4).Call(BpfHelper.MapLookup).IfEqual(0, 0, "bridge").Move(Cable, 0)
        .Load32(Data, Context, DataAt).Load32(End, Context, DataEnd)
        .Move(1, Data).AddValue(1, Least).IfAboveRegister(1, End, "bridge")
        .Load32(1, Data, 6).Load32(2, Cable, 4).IfNotRegister(1, 2, "bridge")      // from its MAC
        .Load16(1, Data, 10).Load16(2, Cable, 8).IfNotRegister(1, 2, "bridge")
        .Load16(1, Data, 12).IfEqual(1, Ipv4, "four").IfNot(1, Ipv6, "bridge")
        .Load64(1, Data, 22).Load64(2, Cable, 16).IfEqual(2, 0, "bridge").IfNotRegister(1, 2, "bridge")      // from its IPv6 address
        .Load64(1, Data, 30).Load64(2, Cable, 24).IfNotRegister(1, 2, "bridge")
        .Load8(1, Data, 20).GoTo("protocol")
        .Place("four")
        .Load32(1, Data, 26).Load32(2, Cable, 12).IfEqual(2, 0, "bridge").IfNotRegister(1, 2, "bridge")      // from its IPv4 address
        .Load8(1, Data, 23)
        .Place("protocol").IfEqual(1, Tcp, "place").IfNot(1, Udp, "bridge")
        .Place("place")
        .Load32(1, Cable, 0).Store32(Stack, -16, 1)
        .Load32(1, Data, 0).Store32(Stack, -12, 1)
        .Load16(1, Data, 4).Store32(Stack, -8, 1)
        .Map(1, places).Move(2, Stack).AddValue(2, -16).Call(BpfHelper.MapLookup).IfEqual(0, 0, "bridge")
        .Load32(7, 0, 0).Load32(1, Context, Interface).IfEqualRegister(7, 1, "bridge")
        .Move(1, Context).Set(2, ToUs).Call(BpfHelper.ChangeType)      // this end of the cable has another MAC, so it took it for somebody else's
        .Move(1, 7).Set(2, 0).Call(BpfHelper.RedirectPeer).Exit()
        .Place("bridge").Set(0, Next).Exit()
        .Finish();
}
