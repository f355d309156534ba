using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>ioctl_tty(2).</summary>
public static unsafe partial class Libc
{
    public const nint TIOCSCTTY = 0x540E;
    public const nint TIOCSWINSZ = 0x5414;
    public const nint TIOCSPTLCK = 0x40045431;
    public const nint TIOCGPTPEER = 0x5441;

    public struct winsize
    {
        public ushort ws_row;
        public ushort ws_col;
        public ushort ws_xpixel;
        public ushort ws_ypixel;
    }

    [LibraryImport(C, SetLastError = true)]
    public static partial int ioctl(int fd, nint request, void* argument);
}
