using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Brig.Linux.Net;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Bpf;

/// <summary>
/// Connections that programs of one network namespace begin by TCP to some ports of 127.0.0.0/8 get another congestion control, where they would have had BBR: a cgroup program at connect(2) (BPF_CGROUP_INET4_CONNECT).
/// It refuses nobody and changes no address. It is gone with this object, or with the process.
/// </summary>
public sealed class UnpacedConnects : IDisposable
{
    private const int Context = 6, Stack = 10;

    // struct bpf_sock_addr of linux/bpf.h
    private const int Address = 4, Port = 24, Type = 32;

    private const int Loopback = 127, Stream = 1, Allow = 1, TcpLevel = 6, Congestion = 13, NameSize = 16;

    /// <summary>"bbr" and its end, as a little-endian machine reads it.</summary>
    private const int Bbr = 0x00726262;

    private readonly SafeFileHandle _ports, _program, _link;

    private UnpacedConnects(SafeFileHandle ports, SafeFileHandle program, SafeFileHandle link) => (_ports, _program, _link) = (ports, program, link);

    /// <param name="cgroup">Of the v2 tree: programs in it and below it are seen.</param>
    /// <param name="control">What they get in place of BBR: of at most 7 letters, and in the kernel (tcp(7), tcp_available_congestion_control).</param>
    /// <exception cref="LinuxException">EINVAL, EPERM: this kernel (before 5.14), somebody else's program there, or this process's rights do not allow it.</exception>
    public static UnpacedConnects Open(string cgroup, NetNamespace of, string control)
    {
        SafeFileHandle? ports = null, program = null;
        try
        {
            ports = BpfCalls.MakeMap(BpfMapType.Hash, sizeof(uint), sizeof(uint), ushort.MaxValue, BpfCalls.NoPreallocation);
            program = BpfCalls.LoadConnect("unpaced", Make(ports, of.Cookie(), control));
            using var at = new HeldDescriptor(Errno.Check(Libc.open(cgroup, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC), "open", cgroup));
            return new(ports, program, BpfCalls.AttachConnect(program, at.Number, cgroup));
        }
        catch
        {
            program?.Dispose();
            ports?.Dispose();
            throw;
        }
    }

    public void Add(int port) => BpfCalls.Update(_ports, Key(port), new byte[sizeof(uint)]);

    public void Remove(int port) => BpfCalls.Delete(_ports, Key(port));

    public void Dispose()
    {
        _link.Dispose();
        _program.Dispose();
        _ports.Dispose();
    }

    /// <summary>As the kernel has it: the two bytes of the wire.</summary>
    private static byte[] Key(int port)
    {
        byte[] key = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt16BigEndian(key, (ushort)port);
        return key;
    }

    private static BpfInstruction[] Make(SafeFileHandle ports, ulong network, string control)
    {
        byte[] name = new byte[sizeof(ulong)];
        int length = Encoding.ASCII.GetBytes(control, name.AsSpan(0, 7));
        return new BpfAssembler()
            .Move(Context, 1)
            .Load32(1, Context, Address).And(1, 0xFF).IfNot(1, Loopback, "as it is")
            .Load32(1, Context, Type).IfNot(1, Stream, "as it is")
            .Move(1, Context).Call(BpfHelper.GetNetworkCookie).Set64(1, network).IfNotRegister(0, 1, "as it is")      // a container's own loopback is none of ours
            .Load32(1, Context, Port).Store32(Stack, -4, 1)
            .Map(1, ports).Move(2, Stack).AddValue(2, -4).Call(BpfHelper.MapLookup).IfEqual(0, 0, "as it is")
            .StoreValue64(Stack, -24, 0).StoreValue64(Stack, -16, 0)
            .Move(1, Context).Set(2, TcpLevel).Set(3, Congestion).Move(4, Stack).AddValue(4, -24).Set(5, NameSize).Call(BpfHelper.GetSocketOption).IfNot(0, 0, "as it is")
            .Load32(1, Stack, -24).IfNot(1, Bbr, "as it is")
            .Set64(1, BitConverter.ToUInt64(name)).Store64(Stack, -24, 1)
            .Move(1, Context).Set(2, TcpLevel).Set(3, Congestion).Move(4, Stack).AddValue(4, -24).Set(5, length).Call(BpfHelper.SetSocketOption)
            .Place("as it is").Set(0, Allow).Exit()
            .Finish();
    }
}
