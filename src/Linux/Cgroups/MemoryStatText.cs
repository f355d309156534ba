using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>memory.stat: some fifty lines <c>anon 4096</c>, gone through once.</summary>
internal static class MemoryStatText
{
    public static void ReadV2(ReadOnlySpan<byte> text, ref CgroupSample sample)
    {
        (sample.Anonymous, sample.File, sample.Kernel, sample.InactiveFile) = (0, 0, 0, 0);
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> line = TextNumbers.Line(ref text);
            if (line.StartsWith("anon "u8)) { sample.Anonymous = TextNumbers.Integer(line[5..]); }
            else if (line.StartsWith("file "u8)) { sample.File = TextNumbers.Integer(line[5..]); }
            else if (line.StartsWith("kernel "u8)) { sample.Kernel = TextNumbers.Integer(line[7..]); }
            else if (line.StartsWith("inactive_file "u8)) { sample.InactiveFile = TextNumbers.Integer(line[14..]); return; }
        }
    }

    /// <summary>The total_ lines count the cgroups below too, as v2 does always.</summary>
    public static void ReadV1(ReadOnlySpan<byte> text, ref CgroupSample sample)
    {
        (sample.Anonymous, sample.File, sample.Swap, sample.InactiveFile) = (0, 0, 0, 0);
        int total = text.IndexOf("\ntotal_"u8);
        text = total < 0 ? default : text[(total + 1)..];
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> line = TextNumbers.Line(ref text);
            if (line.StartsWith("total_rss "u8)) { sample.Anonymous = TextNumbers.Integer(line[10..]); }
            else if (line.StartsWith("total_cache "u8)) { sample.File = TextNumbers.Integer(line[12..]); }
            else if (line.StartsWith("total_swap "u8)) { sample.Swap = TextNumbers.Integer(line[11..]); }
            else if (line.StartsWith("total_inactive_file "u8)) { sample.InactiveFile = TextNumbers.Integer(line[20..]); return; }
        }
    }

    public static void ReadV2(ReadOnlySpan<byte> text, ref CgroupDetails details)
    {
        details.MappedFile = KeyedText.Value(text, "file_mapped"u8);
        details.ActiveFile = KeyedText.Value(text, "active_file"u8);
        details.InactiveFile = KeyedText.Value(text, "inactive_file"u8);
        details.PageFaults = KeyedText.Value(text, "pgfault"u8);
        details.MajorPageFaults = KeyedText.Value(text, "pgmajfault"u8);
    }

    public static void ReadV1(ReadOnlySpan<byte> text, ref CgroupDetails details)
    {
        details.MappedFile = KeyedText.Value(text, "total_mapped_file"u8);
        details.ActiveFile = KeyedText.Value(text, "total_active_file"u8);
        details.InactiveFile = KeyedText.Value(text, "total_inactive_file"u8);
        details.PageFaults = KeyedText.Value(text, "total_pgfault"u8);
        details.MajorPageFaults = KeyedText.Value(text, "total_pgmajfault"u8);
    }
}
