using System.Globalization;

namespace Brig.Linux.Bpf;

/// <summary>Where the kernel's functions lie, /proc/kallsyms (proc(5)). Reading all of it takes a tenth of a second.</summary>
internal static class KernelSymbols
{
    /// <summary>First byte and length, up to the next symbol; null: there is no such function, or this process is not told addresses.</summary>
    public static (ulong Start, int Length)? Find(string function, string file = "/proc/kallsyms")
    {
        ulong start = 0;
        try
        {
            foreach (string line in File.ReadLines(file))
            {
                // "ffffffff81a82a80 T cap_capable"
                if (start != 0)
                {
                    return Address(line) is var next && next > start && next - start < 65536 ? (start, (int)(next - start)) : null;
                }
                if (line.Length == 19 + function.Length && line.EndsWith(function, StringComparison.Ordinal))
                {
                    start = Address(line);
                }
            }
        }
        catch (IOException)
        {
            // Not told.
        }
        return null;
    }

    private static ulong Address(string line) =>
        line.Length > 16 && ulong.TryParse(line.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address) ? address : 0;
}
