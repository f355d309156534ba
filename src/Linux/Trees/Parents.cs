using System.Text;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>The directories something is made in, the last few kept open; missing ones are made. Never outside the root.</summary>
internal sealed unsafe class Parents(int root) : IDisposable
{
    private const int Kept = 8;
    private const int MostImplied = 10_000;

    private readonly (byte[] Path, int Fd)[] _open = new (byte[], int)[Kept];
    private readonly HashSet<string> _implied = [];
    private int _next;

    /// <summary>Latin-1, one character a byte.</summary>
    public IReadOnlyCollection<string> Implied => _implied;

    public void Named(TreePath path)
    {
        if (_implied.Count > 0)
        {
            _implied.Remove(Encoding.Latin1.GetString(path.Bytes));
        }
    }

    /// <summary>Good until two others have been asked for.</summary>
    public int Of(TreePath path)
    {
        var wanted = path.Parent;
        if (wanted.IsEmpty)
        {
            return root;
        }
        foreach (var (held, fd) in _open)
        {
            if (held is not null && wanted.SequenceEqual(held))
            {
                return fd;
            }
        }
        int opened = Open(path.Up());
        ref var slot = ref _open[_next];
        if (slot.Path is not null)
        {
            _ = close(slot.Fd);
        }
        slot = (wanted.ToArray(), opened);
        _next = (_next + 1) % Kept;
        return opened;
    }

    /// <summary>Something was replaced: what is open may be another directory than the one that now has its path.</summary>
    public void Forget()
    {
        for (int i = 0; i < Kept; i++)
        {
            if (_open[i].Path is not null)
            {
                _ = close(_open[i].Fd);
                _open[i] = default;
            }
        }
    }

    public void Dispose() => Forget();

    private int Open(TreePath path)
    {
        int fd = Resolve(path);
        if (fd >= 0)
        {
            return fd;
        }
        if (-fd != Errno.ENOENT)
        {
            throw new LinuxException("open", path.ToString(), -fd);
        }
        var up = path.Up();
        int parent = up.IsRoot ? Errno.Check(fcntl(root, F_DUPFD_CLOEXEC, 0), "dup", "/") : Open(up);
        try
        {
            fixed (byte* name = path.TerminatedName)
            {
                if (LayerTree.mkdirat(parent, name, 0x1ED) != 0)
                {
                    throw new LinuxException("mkdir", path.ToString(), Errno.Last);
                }
                // 0755 whatever our umask is: it is what is not told, and so it is what everybody takes it for.
                _ = LayerTree.fchmodat(parent, name, 0x1ED, 0);
            }
        }
        finally
        {
            _ = close(parent);
        }
        if (_implied.Count < MostImplied)
        {
            _implied.Add(Encoding.Latin1.GetString(path.Bytes));
        }
        fd = Resolve(path);
        return fd >= 0 ? fd : throw new LinuxException("open", path.ToString(), -fd);
    }

    private int Resolve(TreePath path)
    {
        fixed (byte* bytes = path.Terminated)
        {
            int fd = openat2(root, bytes, O_PATH | O_DIRECTORY | O_CLOEXEC, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
            return fd >= 0 ? fd : -Errno.Last;
        }
    }
}
