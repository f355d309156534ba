using System.Buffers.Text;
using System.Text;
using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

/// <summary>Whether the kernel's out-of-memory killer struck in the cgroup during this run: the counter now against the counter at the start.</summary>
internal sealed unsafe class OomWatch(CgroupPlan plan)
{
    private readonly long _before = plan.MadeMeanwhile ? 0 : Count(plan);   // a new one has counted nothing

    public bool Struck => Count(plan) > _before;

    private static long Count(CgroupPlan plan)
    {
        if (plan.OomFile is not { } file)
            return 0;
        var fd = open(file, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return 0;
        var buffer = stackalloc byte[4096];
        var length = (int)read(fd, buffer, 4096);
        close(fd);
        var text = new ReadOnlySpan<byte>(buffer, Math.Max(0, length));
        var key = Encoding.ASCII.GetBytes(plan.OomKey + " ");
        while (!text.IsEmpty)
        {
            if (text.StartsWith(key) && Utf8Parser.TryParse(text[key.Length..], out long value, out _))
                return value;
            var newline = text.IndexOf((byte)'\n');
            text = newline < 0 ? default : text[(newline + 1)..];
        }
        return 0;
    }
}
