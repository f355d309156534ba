using System.Net;
using Brig.Linux.Net;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Bpf;

/// <summary>
/// Carries packets between the cables of one bridge without the bridge (bpf_redirect_peer, bpf-helpers(7)): what leaves one container is in the other at once, as over a veth(4) pair between the two. See
/// <see cref="ShortcutProgram"/> for what it takes. It is gone with this object, or with the process: then everything goes by the bridge. Several threads may use it at once, not after it is gone.
/// </summary>
public sealed class CableShortcut : IDisposable
{
    /// <summary>Cables at most; whoever comes later goes by the bridge.</summary>
    public const int Most = 65536;

    private readonly SafeFileHandle _cables, _places, _program;

    private CableShortcut(SafeFileHandle cables, SafeFileHandle places) =>
        (_cables, _places, _program) = (cables, places, BpfCalls.LoadClassifier("shortcut", ShortcutProgram.Make(cables, places)));

    /// <exception cref="LinuxException">This kernel, or this process's rights, do not allow it.</exception>
    public static CableShortcut Open()
    {
        var cables = BpfCalls.MakeMap(BpfMapType.Hash, ShortcutProgram.CableKey, ShortcutProgram.CableSize, Most, BpfCalls.NoPreallocation);
        try
        {
            return new(cables, BpfCalls.MakeMap(BpfMapType.Hash, ShortcutProgram.PlaceKey, ShortcutProgram.PlaceSize, Most, BpfCalls.NoPreallocation));
        }
        catch
        {
            cables.Dispose();
            throw;
        }
    }

    /// <summary>Hangs the program to the cable, of which it takes nothing before <see cref="Add"/>. In the network namespace it is in. Waits for the kernel's lock over interfaces, as closing what it returns does.</summary>
    /// <param name="cable">Number of its end at the bridge.</param>
    /// <returns>To be closed when the cable is not to be looked at any more.</returns>
    /// <exception cref="LinuxException">EINVAL: before Linux 6.6. ENODEV: there is no such cable.</exception>
    public SafeFileHandle Hang(int cable) => BpfCalls.AttachIngress(_program, cable);

    /// <summary>The cable, to which the program hangs, sends and is sent to. Waits for nothing.</summary>
    /// <exception cref="LinuxException">E2BIG: there are as many as may be.</exception>
    public void Add(int cable, int bridge, MacAddress mac, IPAddress? ipv4, IPAddress? ipv6)
    {
        byte[] value = new byte[ShortcutProgram.CableSize];
        BitConverter.TryWriteBytes(value, bridge);
        mac.ToBytes().CopyTo(value, 4);
        ipv4?.GetAddressBytes().CopyTo(value, 12);
        ipv6?.GetAddressBytes().CopyTo(value, 16);
        try
        {
            BpfCalls.Update(_cables, BitConverter.GetBytes(cable), value);
            BpfCalls.Update(_places, Place(bridge, mac), BitConverter.GetBytes(cable));
        }
        catch
        {
            Remove(cable, bridge, mac);
            throw;
        }
    }

    /// <summary>When this returns nothing comes to it but by the bridge, and nothing from it. Waits for nothing.</summary>
    public void Remove(int cable, int bridge, MacAddress mac)
    {
        BpfCalls.Delete(_places, Place(bridge, mac));
        BpfCalls.Delete(_cables, BitConverter.GetBytes(cable));
    }

    public void Dispose()
    {
        _program.Dispose();
        _places.Dispose();
        _cables.Dispose();
    }

    private static byte[] Place(int bridge, MacAddress mac) => [.. BitConverter.GetBytes(bridge), .. mac.ToBytes(), 0, 0];
}
