using System.Buffers.Text;
using static Brig.Linux.Libc;

namespace Brig.Shim.Denials;

/// <summary>Who a thread is, from its /proc/TID/status, as far as the kernel tells it.</summary>
internal unsafe ref struct CallerName
{
    public const int Longest = 16;   // TASK_COMM_LEN

    /// <summary>Its name in UTF-8, or what it set in place of that.</summary>
    public fixed byte Text[Longest];
    public int Length;
    public int Pid;
    public int InnerPid;

    /// <summary>False: it is gone.</summary>
    public bool Read(uint thread)
    {
        var path = stackalloc byte[32];
        var span = new Span<byte>(path, 32);
        "/proc/"u8.CopyTo(span);
        Utf8Formatter.TryFormat(thread, span[6..], out var digits);
        "/status\0"u8.CopyTo(span[(6 + digits)..]);
        var fd = (int)raw_syscall(SYS_openat, AT_FDCWD, (nint)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
        if (fd < 0)
            return false;
        var buffer = stackalloc byte[4096];
        var length = (int)read(fd, buffer, 4096);
        close(fd);
        if (length <= 0)
            return false;
        var text = new ReadOnlySpan<byte>(buffer, length);
        var name = Line(text, "Name:\t"u8);
        Length = Math.Min(name.Length, Longest);
        fixed (byte* to = Text)
            name[..Length].CopyTo(new Span<byte>(to, Longest));
        Utf8Parser.TryParse(Line(text, "\nTgid:\t"u8), out Pid, out _);
        // One number for each pid namespace, the innermost last.
        var inner = Line(text, "\nNStgid:\t"u8);
        Utf8Parser.TryParse(inner[(inner.LastIndexOf((byte)'\t') + 1)..], out InnerPid, out _);
        return true;
    }

    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        var at = text.IndexOf(key);
        if (at < 0)
            return default;
        var rest = text[(at + key.Length)..];
        var end = rest.IndexOf((byte)'\n');
        return end < 0 ? rest : rest[..end];
    }
}
