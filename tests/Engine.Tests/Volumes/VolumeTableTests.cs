using Brig.Engine.Volumes;

namespace Brig.Engine.Tests.Volumes;

public sealed class VolumeTableTests
{
    private readonly Users _users = new();
    private readonly VolumeTable _table;

    public VolumeTableTests()
    {
        _table = new(_users);
        _table.Add(Of("data"));
    }

    [Fact]
    public void Take_AContainerHasIt_NamesItAndItStays()
    {
        _users.Uses.Add(("data", new("1", "web", "/data", false, true)));
        var error = Assert.Throws<EngineException>(() => _table.Take("data"));
        Assert.Equal((EngineErrorKind.Conflict, "Volume data is in use by container web; remove that first."), (error.Kind, error.Message));
        Assert.Equal("web", Assert.Single(_table.Get("data").UsedBy).Container);
    }

    [Fact]
    public void Take_SomebodyHoldsIt_WaitsForTheEndOfTheHold()
    {
        var hold = _table.Hold("data", "an export");
        Assert.Contains("an export", Assert.Throws<EngineException>(() => _table.Take("data")).Message, StringComparison.Ordinal);
        hold.Dispose();
        hold.Dispose();     // twice is once
        Assert.Equal("data", _table.Take("data").Now.Name);
    }

    [Fact]
    public void Take_Free_IsGoneUntilItIsPutBack()
    {
        using var live = _table.Follow();
        var taken = _table.Take("data");
        Assert.Throws<EngineException>(() => _table.Hold("data", "x"));
        Assert.Null(_table.TryHold("data", "x"));
        _table.PutBack(taken);
        Assert.NotNull(_table.TryHold("data", "x"));
        Assert.True(live.Changes.TryRead(out var gone) && gone.Now is null);
        Assert.True(live.Changes.TryRead(out var back) && back.Now is not null);
    }

    [Fact]
    public void TakeUnused_OneContainersOwn_TakesThoseNobodyElseHas()
    {
        _table.Add(Of("shared"));
        _table.Add(Of("held"));
        _users.Uses.AddRange([("data", new("1", "a", "/d", false, false)), ("shared", new("1", "a", "/s", false, false)), ("shared", new("2", "b", "/s", false, false))]);
        using var hold = _table.Hold("held", "x");
        Assert.Equal("data", Assert.Single(_table.TakeUnused(_ => true, "1")).Now.Name);
        Assert.Empty(_table.TakeUnused(_ => true));
    }

    [Fact]
    public void Add_NameTaken_IsAConflict() => Assert.Equal(EngineErrorKind.Conflict, Assert.Throws<EngineException>(() => _table.Add(Of("data"))).Kind);

    [Fact]
    public void Get_NearMiss_IsHintedAt() => Assert.Contains("Did you mean \"data\"?", Assert.Throws<EngineException>(() => _table.Get("dota")).Message, StringComparison.Ordinal);

    [Fact]
    public void Stale_LongMeasured_IsMeasuredLessOften()
    {
        var now = DateTimeOffset.UnixEpoch;
        Assert.Equal("data", Assert.Single(_table.Stale(now, TimeSpan.FromMinutes(1))));
        _table.Replace("data", volume => volume with { Size = new(1, 1, now) }, TimeSpan.FromMinutes(1));
        Assert.Empty(_table.Stale(now.AddMinutes(20), TimeSpan.FromMinutes(1)));
        Assert.Equal("data", Assert.Single(_table.Stale(now.AddMinutes(22), TimeSpan.FromMinutes(1))));
    }

    private static Volume Of(string name) => new(name, name, Anonymous: false, VolumeKind.Folder, DateTimeOffset.UnixEpoch) { Path = "/" + name };

    private sealed class Users : IVolumeUsers
    {
        public List<(string Volume, VolumeUse Use)> Uses { get; } = [];

        public ILookup<string, VolumeUse> VolumeUses() => Uses.ToLookup(one => one.Volume, one => one.Use);
    }
}
