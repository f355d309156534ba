using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Web.Components.Parts.Networks;

namespace Brig.Web.Tests.Networks;

public sealed class CableRatesTests
{
    private static readonly ContainerId Web = ContainerId.New();
    private static readonly Network Front = new("front", "front", new(), new("br-1", null, null, 1500), new(true), [], DateTimeOffset.UnixEpoch, 1);

    [Fact]
    public void Look_Twice_IsWhatCameAndWentInASecond()
    {
        var clock = new Clock();
        var rates = new CableRates(clock);
        Assert.Null(rates.Look([(Front, [new(Web, 1000, 500, 1, 1, 0)])]));
        clock.Ticks += 2;
        Assert.Equal($$"""{"{{Web}} front":[1000,50]}""", rates.Look([(Front, [new(Web, 3000, 600, 2, 2, 0)])]));
    }

    /// <summary>A new cable counts from zero: nothing went backwards.</summary>
    [Fact]
    public void Look_TheCableIsANewOne_SaysNothingOfIt()
    {
        var clock = new Clock();
        var rates = new CableRates(clock);
        rates.Look([(Front, [new(Web, 1000, 500, 1, 1, 0)])]);
        clock.Ticks += 2;
        Assert.Null(rates.Look([(Front, [new(Web, 10, 600, 2, 2, 0)])]));
    }

    /// <summary>A tick is a second.</summary>
    private sealed class Clock : TimeProvider
    {
        public long Ticks { get; set; } = 100;
        public override long TimestampFrequency => 1;
        public override long GetTimestamp() => Ticks;
    }
}
