using System.Collections.Immutable;
using Brig.Linux.Seccomp;
using Brig.Tests;

namespace Brig.Linux.Tests.Seccomp;

public sealed class FilterCompilerTests
{
    private const uint Allow = 0x7fff_0000, Deny = 0x0005_0001, Other = 0x0005_0026, One = 0xC000003E, Two = 0x40000003;

    public static TheoryData<SeccompOp> Operators => [.. Enum.GetValues<SeccompOp>()];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Compile_OneCondition_HoldsForAllSixtyFourBits(SeccompOp op)
    {
        const ulong Value = 0x0000_0007_8000_0001;
        ulong[] values = [0, 1, 7, 0x8000_0000, 0x8000_0001, 0x8000_0002, 0x7_8000_0000, Value, Value + 1, 0x8_0000_0000, 0x8_8000_0001, 0xf_8000_0001, ulong.MaxValue, 0xffff_ffff];
        for (int index = 0; index < 6; index++)
        {
            var arg = new SeccompArg(index, op, op == SeccompOp.MaskedEqual ? 0x0000_000f_f000_000f : Value, Value);
            var machine = Machine(Table(One, (10, [new([arg], Deny), new([], Allow)])));
            foreach (ulong value in values)
            {
                var arguments = new ulong[6];
                arguments[index] = value;
                Assert.Equal(Holds(arg, value) ? Deny : Allow, machine.Run(One, 10, arguments));
            }
        }
    }

    [Theory]
    [InlineData(0xffff_ffffUL, 0x5412UL)]
    [InlineData(0UL, 0UL)]
    [InlineData(0UL, 1UL)]
    [InlineData(0xffUL, 0x100UL)]
    [InlineData(0xffff_ffff_0000_0000UL, 0x1_0000_0000UL)]
    public void Compile_Mask_OnlyItsBitsCount(ulong mask, ulong value)
    {
        var arg = new SeccompArg(1, SeccompOp.MaskedEqual, mask, value);
        var machine = Machine(Table(One, (16, [new([arg], Deny), new([], Allow)])));

        foreach (ulong tried in (ulong[])[0, 1, 0x5412, 0x1_0000_5412, 0x1_0000_0000, 0x100, 0xff, ulong.MaxValue])
        {
            Assert.Equal((tried & mask) == value ? Deny : Allow, machine.Run(One, 16, 0, tried));
        }
    }

    [Fact]
    public void Compile_AnyTables_AnswerAsTheRulesSay()
    {
        var random = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            FilterTable[] tables = [RandomTable(random, One), RandomTable(random, Two)];
            var machine = new BpfMachine(FilterCompiler.Compile(tables, Other));
            foreach (var table in tables)
            {
                for (uint number = 0; number < 520; number++)
                {
                    ulong[] arguments = [.. Enumerable.Range(0, 6).Select(_ => (ulong)random.NextInt64(0, 4) << random.Next(0, 2) * 32)];
                    Assert.Equal(Expected(table, number, arguments), machine.Run(table.Audit, number, arguments));
                }
                Assert.Equal(Expected(table, uint.MaxValue, new ulong[6]), machine.Run(table.Audit, uint.MaxValue));
            }
            Assert.Equal(Other, machine.Run(0x1234, 1));
        }
    }

    [Fact]
    public void Compile_RulesLongerThanAJump_StillReached()
    {
        ImmutableArray<FilterRule> rules = [.. Enumerable.Range(0, 300).Select(i => new FilterRule([new(0, SeccompOp.Equal, (ulong)i)], 0x0005_0000u + (uint)i)), new([], Allow)];
        var machine = Machine(Table(One, (3, rules), (5, rules)));

        for (uint i = 0; i < 300; i++)
        {
            Assert.Equal((0x0005_0000 + i, 0x0005_0000 + i), (machine.Run(One, 3, i), machine.Run(One, 5, i)));
        }
        Assert.Equal((Allow, Deny, Other), (machine.Run(One, 3, 300), machine.Run(One, 4, 1), machine.Run(Two, 3, 1)));
    }

    [Fact]
    public void Compile_OneAnswerForAll_IsThat()
    {
        var machine = new BpfMachine(FilterCompiler.Compile([new(One, [new(0, [new([], Allow)])]), new(Two, [new(0, [new([], Other)])])], Other));

        Assert.Equal((Allow, Other, Other), (machine.Run(One, 7), machine.Run(Two, 7), machine.Run(0, 7)));
    }

    [Fact]
    public void Make_Numbers_BeyondTheNewestIsBeyond()
    {
        var table = FilterTable.Make(One, new Dictionary<uint, ImmutableArray<FilterRule>> { [2] = [new([], Allow)] }, 4, Deny, Other);

        Assert.Equal([0u, 2, 3, 5], table.Ranges.Select(range => range.First));
        Assert.Equal([Deny, Allow, Deny, Other], table.Ranges.Select(range => range.Rules[0].Return));
    }

    private static BpfMachine Machine(FilterTable table) => new(FilterCompiler.Compile([table], Other));

    private static FilterTable Table(uint audit, params (uint Number, ImmutableArray<FilterRule> Rules)[] calls) =>
        FilterTable.Make(audit, calls.ToDictionary(call => call.Number, call => call.Rules), 500, Deny, Other);

    private static FilterTable RandomTable(Random random, uint audit)
    {
        var calls = new Dictionary<uint, ImmutableArray<FilterRule>>();
        for (int i = random.Next(0, 400); i > 0; i--)
        {
            calls[(uint)random.Next(0, 500)] = [.. Enumerable.Range(0, random.Next(8) == 0 ? random.Next(1, 9) : 0).Select(_ => RandomRule(random)), new([], random.Next(2) == 0 ? Allow : Deny)];
        }
        return FilterTable.Make(audit, calls, 499, Deny, Other);
    }

    private static FilterRule RandomRule(Random random) => new(
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new SeccompArg(
            random.Next(6), (SeccompOp)random.Next(7), (ulong)random.NextInt64(0, 4) << random.Next(0, 2) * 32, (ulong)random.NextInt64(0, 4) << random.Next(0, 2) * 32))],
        0x0005_0000u + (uint)random.Next(100));

    private static uint Expected(FilterTable table, uint number, ulong[] arguments) =>
        table.Ranges.Last(range => range.First <= number).Rules.First(rule => rule.Args.All(arg => Holds(arg, arguments[arg.Index]))).Return;

    private static bool Holds(SeccompArg arg, ulong value) => arg.Op switch
    {
        SeccompOp.NotEqual => value != arg.Value,
        SeccompOp.Less => value < arg.Value,
        SeccompOp.LessOrEqual => value <= arg.Value,
        SeccompOp.Equal => value == arg.Value,
        SeccompOp.GreaterOrEqual => value >= arg.Value,
        SeccompOp.Greater => value > arg.Value,
        _ => (value & arg.Value) == arg.ValueTwo,
    };
}
