namespace Brig.Engine.Logs.Search;

/// <summary>Texts of which a line that is found must contain at least one.</summary>
internal sealed class Prefilter(Needle[] needles)
{
    /// <summary>Searches one block from front to back; each text is looked for again only when its last place was passed.</summary>
    public ref struct Pass(Needle[] needles, ReadOnlySpan<byte> block, int[] next)
    {
        private readonly ReadOnlySpan<byte> _block = block;

        /// <summary>The first place at or behind <paramref name="from"/>; -1: none.</summary>
        public readonly int Next(int from)
        {
            int first = int.MaxValue;
            for (int i = 0; i < needles.Length; i++)
            {
                if (next[i] < from)
                    next[i] = needles[i].IndexOf(_block[from..]) is >= 0 and var found ? from + found : int.MaxValue;
                first = Math.Min(first, next[i]);
            }
            return first == int.MaxValue ? -1 : first;
        }
    }

    private readonly int[] _next = new int[needles.Length];

    /// <summary>One at a time.</summary>
    public Pass Over(ReadOnlySpan<byte> block)
    {
        Array.Fill(_next, -1);
        return new(needles, block, _next);
    }
}
