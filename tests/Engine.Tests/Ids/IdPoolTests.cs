using Brig.Engine.Ids;
using Brig.Tests;

namespace Brig.Engine.Tests.Ids;

public sealed class IdPoolTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<IdBlocks> _blocks = [];

    public void Dispose()
    {
        _blocks.ForEach(blocks => blocks.Dispose());
        _folder.Dispose();
    }

    [Theory]
    [InlineData("65536:65536", 65_536u, 1)]
    [InlineData("100000:200000", 131_072u, 2)]
    [InlineData("4294836224:131071", 4_294_836_224u, 1)]
    public void TryParse_Span_HoldsItsWholeRanges(string text, uint first, int count)
    {
        var ranges = IdSpan.TryParse(text)!.Value.Ranges.ToArray();
        Assert.Equal((first, count), (ranges[0] * UserIds.Size, ranges.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("65536")]
    [InlineData("0:131072")]            // the host's own users
    [InlineData("65535:131072")]
    [InlineData("100000:65536")]        // no whole range
    [InlineData("4294901760:131072")]   // beyond the last id
    [InlineData("65536:-1")]
    [InlineData("65536:65536:1")]
    [InlineData(" 65536:65536")]
    public void TryParse_NoSpan_IsNull(string text) => Assert.Null(IdSpan.TryParse(text));

    [Fact]
    public void Default_RoomForThousands_OutsideOfWhatOthersGive()
    {
        Assert.Equal(4094, IdSpan.Default.Ranges.Count());
        Assert.True(IdSpan.Default.First > 1_879_048_191 && (long)IdSpan.Default.First + IdSpan.Default.Count <= 2_147_352_576);
    }

    [Fact]
    public void Take_UntilFull_NoneTwiceThenOneSentence()
    {
        var pool = Pool("a", ranges: 40);
        var taken = Enumerable.Range(0, 40).Select(_ => pool.Take()).ToArray();

        Assert.Equal(40, taken.Distinct().Count());
        var full = Assert.Throws<EngineException>(() => pool.Take());
        Assert.Equal(EngineErrorKind.Unavailable, full.Kind);
        Assert.Contains("BRIG_ID_RANGE", full.Message, StringComparison.Ordinal);
        pool.Release(taken[7]);
        Assert.Equal(taken[7], pool.Take());
    }

    [Fact]
    public void Release_HeldByTwo_IsFreeAfterTheSecond()
    {
        var pool = Pool("a", ranges: 1);
        var shared = pool.Take();
        pool.Hold(shared);
        pool.Release(shared);
        Assert.Throws<EngineException>(() => pool.Take());
        pool.Release(shared);
        Assert.Equal(shared, pool.Take());
    }

    [Fact]
    public void Release_IsTheLastToBeTakenAgain()
    {
        var pool = Pool("a", ranges: 16);
        var first = pool.Take();
        pool.Release(first);
        Assert.All(Enumerable.Range(0, 15), _ => Assert.NotEqual(first, pool.Take()));
        Assert.Equal(first, pool.Take());
    }

    [Fact]
    public void Hold_OfTheDatabase_IsNotGivenAgain()
    {
        var pool = Pool("a", ranges: 4);
        pool.Hold(new(Start + 2 * UserIds.Size));
        Assert.DoesNotContain(new UserIds(Start + 2 * UserIds.Size), Enumerable.Range(0, 3).Select(_ => pool.Take()));
        Assert.Throws<EngineException>(() => pool.Take());
    }

    [Fact]
    public async Task Take_ManyAtOnce_NoneTwice()
    {
        var pool = Pool("a", ranges: 200);
        var taken = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(pool.Take)));
        Assert.Equal(200, taken.Distinct().Count());
    }

    [Fact]
    public void Take_TwoBrigs_HaveNothingInCommon()
    {
        var (one, two) = (Pool("a", ranges: 64), Pool("b", ranges: 64));
        var taken = Enumerable.Range(0, 32).SelectMany(_ => new[] { one.Take(), two.Take() }).ToArray();
        Assert.Equal(64, taken.Distinct().Count());
        Assert.Throws<EngineException>(() => one.Take());
    }

    [Fact]
    public void Claim_OfAKilledBrigWithContainers_IsKept()
    {
        var one = Pool("a", ranges: 16);
        var ids = one.Take();
        HasContainer("a");
        _blocks[0].Dispose();   // as the kernel does with a killed one's locks

        Assert.Throws<EngineException>(() => Pool("b", ranges: 16).Take());
        var again = Pool("a", ranges: 16);
        again.Hold(ids);
        again.Check(ids);
        Assert.NotEqual(ids, again.Take());
    }

    [Fact]
    public void Claim_OfADeletedRoot_IsNobodys()
    {
        Pool("a", ranges: 16).Take();
        _blocks[0].Dispose();
        Pool("b", ranges: 16).Take();
    }

    [Fact]
    public void Check_IdsOfAnotherBrig_IsASentenceWithItsRoot()
    {
        var ids = Pool("a", ranges: 16).Take();
        HasContainer("a");
        var copy = Pool("copy", ranges: 16);
        copy.Hold(ids);
        var refused = Assert.Throws<EngineException>(() => copy.Check(ids));
        Assert.Equal(EngineErrorKind.Conflict, refused.Kind);
        Assert.Contains(_folder.Path + "/a", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Close_NoContainers_GivesTheBlocksBack()
    {
        var one = Pool("a", ranges: 16);
        HasContainer("a");
        one.Release(one.Take());
        one.Close();
        Pool("b", ranges: 16).Take();
    }

    [Fact]
    public void SubordinateIds_PromisedToUsers_Touch()
    {
        string file = _folder.Path + "/subuid";
        File.WriteAllText(file, "# comment\nanna:131000:100\nbert:400000:65536\nodd\n");
        var promised = new SubordinateIds(file, _folder.Path + "/none");
        Assert.Equal([true, true, false, false, true, true, false], new uint[] { 1, 2, 3, 5, 6, 7, 8 }.Select(range => promised.Touch(new(range * UserIds.Size))));
    }

    private static readonly uint Start = 16 * 100 * UserIds.Size;

    private IdPool Pool(string root, uint ranges)
    {
        var options = new EngineOptions { Root = $"{_folder.Path}/{root}", Run = _folder.Path + "/run", IdClaims = _folder.Path + "/claims", Ids = new(Start, ranges * UserIds.Size) };
        var blocks = new IdBlocks(options, new(options));
        _blocks.Add(blocks);
        return new(options, blocks);
    }

    private void HasContainer(string root) => Directory.CreateDirectory($"{_folder.Path}/{root}/containers/0123");
}
