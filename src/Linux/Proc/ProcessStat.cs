using System.Globalization;
using static Brig.Linux.Libc;

namespace Brig.Linux.Proc;

/// <summary>/proc/PID/stat (proc(5)).</summary>
public static unsafe class ProcessStat
{
    /// <summary>Field 22 of /proc/PID/stat (proc(5)): with the pid it names a process for ever; 0 when there is none.</summary>
    public static ulong StartTicks(int pid)
    {
        var fd = open($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat", O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return 0;
        var buffer = stackalloc byte[1024];
        var length = (int)read(fd, buffer, 1024);
        close(fd);
        var text = new ReadOnlySpan<byte>(buffer, Math.Max(0, length));
        // The name in parentheses may contain anything; field 3 follows the last one.
        text = text[(text.LastIndexOf((byte)')') + 1)..];
        for (var field = 3; field < 22 && !text.IsEmpty; field++)
            text = text[(text[1..].IndexOf((byte)' ') + 1)..];
        return ulong.TryParse(text.TrimStart((byte)' ')[..Math.Max(0, text.TrimStart((byte)' ').IndexOf((byte)' '))], CultureInfo.InvariantCulture, out var ticks) ? ticks : 0;
    }
}
