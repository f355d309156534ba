using System.Text;
using Brig.Linux;
using static Brig.Linux.Libc;

namespace Brig.Shim;

internal static unsafe class ShimSocket
{
    /// <summary>Listens on <c>shim.sock</c> in that folder; an old one is replaced.</summary>
    public static int Listen(string folder)
    {
        var path = folder + "/shim.sock";
        var held = -1;
        if (Encoding.UTF8.GetByteCount(path) >= 108)
        {
            // An address has room for 107 bytes; the same folder by its descriptor is shorter.
            held = Errno.Check(open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", folder);
            path = $"/proc/self/fd/{held}/shim.sock";
        }
        unlinkat(AT_FDCWD, path, 0);
        var fd = Errno.Check(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket", "AF_UNIX");
        var address = new sockaddr_un { sun_family = AF_UNIX };
        Encoding.UTF8.GetBytes(path, new Span<byte>(address.sun_path, 107));
        Errno.Check(bind(fd, &address, (uint)sizeof(sockaddr_un)), "bind", folder + "/shim.sock");
        Errno.Check(listen(fd, 64), "listen", folder + "/shim.sock");
        if (held >= 0)
            close(held);
        return fd;
    }
}
