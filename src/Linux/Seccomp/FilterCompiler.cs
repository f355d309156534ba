using System.Collections.Immutable;

namespace Brig.Linux.Seccomp;

/// <summary>
/// Tables to a classic BPF program over struct seccomp_data (seccomp(2)): architecture, then a tree over ranges of numbers, then arguments.
/// <para>
/// When a filter is installed the kernel runs it once for every number of both architectures, to learn which are allowed whatever the arguments; those skip the
/// filter from then on. So what a start pays is the path's length: a dozen steps here, where a list has hundreds and libseccomp's tree, which has a leaf for
/// every call, eighteen.
/// </para>
/// </summary>
public static class FilterCompiler
{
    /// <summary>BPF_MAXINSNS.</summary>
    public const int MostInstructions = 4096;

    /// <returns>8 bytes an instruction; more than <see cref="MostInstructions"/> the kernel does not take.</returns>
    /// <param name="tables">The most used first.</param>
    /// <param name="elsewhere">What calls of any other architecture get.</param>
    public static byte[] Compile(IReadOnlyList<FilterTable> tables, uint elsewhere)
    {
        var writer = new BpfWriter();
        var entries = new int[tables.Count];
        for (var i = tables.Count - 1; i >= 0; i--)
        {
            writer.Follow(Tree(writer, tables[i].Ranges));
            entries[i] = writer.Load(BpfWriter.Number);
        }
        var next = writer.Return(elsewhere);
        for (var i = tables.Count - 1; i >= 0; i--)
            next = writer.Branch(BpfWriter.JumpEqual, tables[i].Audit, entries[i], next);
        writer.Follow(next);
        writer.Load(BpfWriter.Architecture);
        return writer.ToArray();
    }

    private static int Tree(BpfWriter writer, ImmutableArray<FilterRange> ranges)
    {
        var tree = new RangeTree(ranges);
        return Part(0, ranges.Length - 1);

        int Part(int first, int last)
        {
            if (first == last)
                return Rules(writer, ranges[first].Rules);
            if (RangeTree.IsOneNumberIn(ranges, first, last))
            {
                var around = Rules(writer, ranges[first].Rules);
                return writer.Branch(BpfWriter.JumpEqual, ranges[first + 1].First, Rules(writer, ranges[first + 1].Rules), around);
            }
            var cut = tree.Cut(first, last);
            var upper = Part(cut, last);
            var lower = Part(first, cut - 1);
            return writer.Branch(BpfWriter.JumpGreaterOrEqual, ranges[cut].First, upper, lower);
        }
    }

    private static int Rules(BpfWriter writer, ImmutableArray<FilterRule> rules)
    {
        var next = writer.Return(rules[^1].Return);
        for (var i = rules.Length - 2; i >= 0; i--)
        {
            var hit = writer.Return(rules[i].Return);
            for (var j = rules[i].Args.Length - 1; j >= 0; j--)
                hit = Check(writer, rules[i].Args[j], hit, next);
            next = hit;
        }
        return next;
    }

    /// <summary>An argument is two words, and the kernel's instructions compare one.</summary>
    private static int Check(BpfWriter writer, SeccompArg arg, int hit, int miss)
    {
        var low = BpfWriter.Arguments + 8 * arg.Index;
        var high = low + 4;
        switch (arg.Op)
        {
            case SeccompOp.NotEqual:
                return Check(writer, arg with { Op = SeccompOp.Equal }, miss, hit);
            case SeccompOp.Less:
                return Check(writer, arg with { Op = SeccompOp.GreaterOrEqual }, miss, hit);
            case SeccompOp.LessOrEqual:
                return Check(writer, arg with { Op = SeccompOp.Greater }, miss, hit);
            case SeccompOp.Equal:
                return Check(writer, new SeccompArg(arg.Index, SeccompOp.MaskedEqual, ulong.MaxValue, arg.Value), hit, miss);
            case SeccompOp.MaskedEqual:
                var second = Word(writer, low, (uint)arg.Value, (uint)arg.ValueTwo, hit, miss);
                return Word(writer, high, (uint)(arg.Value >> 32), (uint)(arg.ValueTwo >> 32), second, miss);
            default:
                var jump = arg.Op == SeccompOp.Greater ? BpfWriter.JumpGreater : BpfWriter.JumpGreaterOrEqual;
                writer.Branch(jump, (uint)arg.Value, hit, miss);
                var lower = writer.Load(low);
                var equal = writer.Branch(BpfWriter.JumpEqual, (uint)(arg.Value >> 32), lower, miss);
                writer.Branch(BpfWriter.JumpGreater, (uint)(arg.Value >> 32), hit, equal);
                return writer.Load(high);
        }
    }

    private static int Word(BpfWriter writer, int offset, uint mask, uint value, int hit, int miss)
    {
        if (mask == 0)
            return value == 0 ? hit : miss;
        writer.Branch(BpfWriter.JumpEqual, value, hit, miss);
        if (mask != uint.MaxValue)
            writer.And(mask);
        return writer.Load(offset);
    }
}
