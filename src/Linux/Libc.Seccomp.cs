namespace Brig.Linux;

/// <summary>seccomp(2), seccomp_unotify(2).</summary>
public static unsafe partial class Libc
{
    public const uint SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    public const uint SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32;
    public const uint SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100;
    public const uint SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
    public const uint SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;

    public struct seccomp_data
    {
        public int nr;
        public uint arch;
        public ulong instruction_pointer;
        public fixed ulong args[6];
    }

    public struct seccomp_notif
    {
        public ulong id;
        public uint pid;
        public uint flags;
        public seccomp_data data;
    }

    public struct seccomp_notif_resp
    {
        public ulong id;
        public long val;
        public int error;
        public uint flags;
    }
}
