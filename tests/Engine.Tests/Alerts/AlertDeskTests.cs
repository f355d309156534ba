using System.Collections.Immutable;
using Brig.Engine.Alerts;
using Brig.Engine.Alerts.Watching;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;
using Brig.Engine.State;
using Brig.Engine.Tests.Metrics;

namespace Brig.Engine.Tests.Alerts;

public sealed class AlertDeskTests : IDisposable
{
    private static readonly AlertSource Web = new("0123456789abcdef", "web-1", "nginx", ImmutableDictionary<string, string>.Empty.Add("com.docker.compose.project", "shop").Add("tier", "front"));
    private static readonly AlertSpec Memory = new() { Name = "memory", Metric = new("workingSet", AlertSide.Above, 90, OfLimit: true), For = TimeSpan.FromSeconds(5), CoolDown = TimeSpan.FromMinutes(5), Targets = ["hook"] };

    private readonly ManualTime _time = new();
    private readonly EnginePaths _paths = new(new() { Root = Directory.CreateTempSubdirectory("alerts").FullName });
    private readonly Store _store;
    private IncidentBook _book;
    private readonly TargetTable _targets = new();
    private readonly SilenceTable _silences;
    private AlertDesk _desk;
    private ImmutableArray<AlertSource> _sources = [Web, AlertSource.Machine];

    public AlertDeskTests()
    {
        _store = new(_paths);
        _store.Open();
        _book = new(_store);
        _silences = new(_time);
        _desk = new(_book, _targets, _silences, _time);
        _targets.Put(new AlertTarget { Name = "hook", Webhook = new("http://127.0.0.1:1/") });
        Rule(Memory);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_paths.Root, recursive: true);
    }

    [Fact]
    public void Tick_OverTheLimitForLongEnough_OneIncidentWithItsMessagesAndItsEnd()
    {
        Assert.Empty(Ticks(5, memory: 95));
        var fired = Assert.Single(Ticks(3, memory: 99));
        Assert.Equal(("memory", "web-1", AlertPhase.Fired, DeliveryState.Waiting), (fired.Rule, fired.Name, fired.Deliveries.Single().Phase, fired.Deliveries.Single().State));
        Assert.Equal("Memory in use of web-1 is 99 % of its limit, above 90 % for 5 s.", fired.Sentence);
        Assert.Equal(AlertStage.Firing, Assert.Single(Assert.Single(_desk.Rules()).States).Stage);
        Assert.Empty(Ticks(60, memory: 99));
        var over = Assert.Single(Ticks(15, memory: 10));
        Assert.Equal((fired.Id, "It is well again."), (over.Id, over.Ending));
        Assert.Equal([AlertPhase.Fired, AlertPhase.Resolved], over.Deliveries.Select(delivery => delivery.Phase));
        Assert.Empty(Assert.Single(_desk.Rules()).States);
    }

    [Fact]
    public void Tick_AgainWithinTheCoolDown_ListedWithoutAMessageUntilItIsOver()
    {
        Assert.Single(Ticks(8, memory: 99));
        Assert.Single(Ticks(15, memory: 10));
        var again = Assert.Single(Ticks(8, memory: 99));
        Assert.Empty(again.Deliveries);
        Assert.Contains("cool-down", again.Quiet, StringComparison.Ordinal);
        var loud = Assert.Single(Ticks(300, memory: 99));
        Assert.Equal((again.Id, null, 1), (loud.Id, loud.Quiet, loud.Deliveries.Length));
    }

    [Fact]
    public void Tick_Silenced_ListedWithoutAMessageAndToldWhenTheSilenceEnds()
    {
        _silences.Put(new AlertSilence("s", null, "web-*", _time.GetUtcNow() + TimeSpan.FromSeconds(30), "moving house"));
        var quiet = Assert.Single(Ticks(8, memory: 99));
        Assert.Contains("moving house", quiet.Quiet, StringComparison.Ordinal);
        Assert.Empty(quiet.Deliveries);
        Assert.Single(Assert.Single(Ticks(30, memory: 99)).Deliveries);
    }

    [Fact]
    public async Task Open_AfterAKill_FiringGoesOnAndIsNotToldAgain()
    {
        var fired = Assert.Single(Ticks(8, memory: 99));
        await _book.WriteAsync(_desk.TakeUnwritten()!);
        _book = new(_store);
        _book.Open();
        _desk = new(_book, _targets, _silences, _time);
        _desk.Open([new KeptRule(fired.RuleId, default, Memory)]);
        Assert.Empty(Ticks(20, memory: 99));
        Assert.Equal(fired.Id, Assert.Single(_desk.Incidents(null, null, onlyFiring: true, 10)).Id);
        Assert.Equal(fired.Id, Assert.Single(Ticks(15, memory: 1)).Id);
    }

    [Fact]
    public async Task Open_RuleIsGone_ItsIncidentIsOver()
    {
        Ticks(8, memory: 99);
        await _book.WriteAsync(_desk.TakeUnwritten()!);
        _book = new(_store);
        _book.Open();
        _desk = new(_book, _targets, _silences, _time);
        _desk.Open([]);
        Assert.Equal("The rule was removed.", Assert.Single(_desk.Incidents(null, null, onlyFiring: false, 10)).Ending);
    }

    [Fact]
    public void Tick_ContainerIsRemoved_ItIsOver()
    {
        Ticks(8, memory: 99);
        _sources = [AlertSource.Machine];
        Assert.Equal("The container was removed.", Assert.Single(Ticks(15, memory: 99)).Ending);
    }

    [Fact]
    public void Tick_NoSample_PendingBeginsAnew()
    {
        Assert.Empty(Ticks(4, memory: 99));
        Assert.Empty(Ticks(1, memory: null));
        Assert.Empty(Ticks(5, memory: 99));
        Assert.Single(Ticks(2, memory: 99));
    }

    [Fact]
    public void Count_SoOftenWithinTheTime_FiresWithTheLastWords()
    {
        var rule = Rule(new() { Name = "errors", Log = new("error", Count: 3) { Within = TimeSpan.FromSeconds(60) } });
        for (int i = 0; i < 2; i++)
        {
            Write(rule, $"error {i}");
            Assert.Empty(Ticks(20, memory: 1));
        }
        Write(rule, "error\u001b[31m last");
        var fired = Assert.Single(Ticks(1, memory: 1));
        Assert.Equal("web-1 wrote a line with \"error\" 3 times within 1 min: error?[31m last", fired.Sentence);
        Assert.Single(Ticks(40, memory: 1));
    }

    [Fact]
    public void Count_SpreadOverMoreThanTheTime_Silent()
    {
        var rule = Rule(new() { Name = "errors", Log = new("error", Count: 3) { Within = TimeSpan.FromSeconds(10) } });
        for (int i = 0; i < 20; i++)
        {
            Write(rule, "error");
            Assert.Empty(Ticks(6, memory: 1));
        }
    }

    [Fact]
    public void Put_MoreThanAreKept_OnesThatGoOnAreNeverForgotten()
    {
        var first = Assert.Single(Ticks(8, memory: 99));
        for (int i = 0; i < IncidentBook.Kept + 10; i++)
        {
            _book.Put(first with { Id = "x" + i, FiredAt = first.FiredAt.AddSeconds(i + 1), ResolvedAt = first.FiredAt.AddSeconds(i + 2) });
        }
        Assert.NotNull(_book.Find(first.Id));
        Assert.Null(_book.Find("x0"));
        Assert.Equal(first.Id, Assert.Single(Ticks(15, memory: 1)).Id);
    }

    [Fact]
    public void Remove_Firing_IsOverWithAMessage()
    {
        var fired = Assert.Single(Ticks(8, memory: 99));
        var over = Assert.Single(_desk.Remove(fired.RuleId));
        Assert.Equal(("The rule was removed.", 2), (over.Ending, over.Deliveries.Length));
    }

    [Fact]
    public void Put_OtherScope_WhatNoLongerFitsIsOver()
    {
        var fired = Assert.Single(Ticks(8, memory: 99));
        _desk.Put(new KeptRule(fired.RuleId, default, Memory with { Scope = new() { Containers = ["db*"] } }));
        Assert.Equal("The rule is no longer about it.", Assert.Single(Ticks(15, memory: 99)).Ending);
    }

    [Theory]
    [InlineData(true, "web-*", "shop", "tier=front")]
    [InlineData(true, "0123456789ab", null, "tier")]
    [InlineData(false, "web", null, null)]
    [InlineData(false, null, "other", null)]
    [InlineData(false, null, null, "tier=back")]
    [InlineData(false, "web-*", "shop", "nothing")]
    public void Scope_AllThatIsNamedMustFit(bool fits, string? container, string? stack, string? label) =>
        Assert.Equal(fits, Web.IsIn(new() { Containers = container is null ? [] : [container], Stacks = stack is null ? [] : [stack], Labels = label is null ? [] : [label] }));

    [Fact]
    public void Machine_DiskRunsFull_Fires()
    {
        Rule(new() { Name = "disk", Scope = new() { Machine = true }, Metric = new("diskFree", AlertSide.Below, 10, OfLimit: true) });
        Assert.Empty(Ticks(3, memory: 1, diskFree: 20));
        Assert.Equal("Free disk space of this machine is 5 % of what it has, below 10 %.", Assert.Single(Ticks(3, memory: 1, diskFree: 5)).Sentence);
    }

    private Watch Rule(AlertSpec spec)
    {
        _desk.Put(new KeptRule(AlertBook.NewId(), _time.GetUtcNow(), spec));
        return _desk.Watches().Single(watch => watch.Spec.Name == spec.Name);
    }

    private void Write(Watch rule, string line) => _desk.Count(rule, Web, line, _desk.Now);

    /// <param name="memory">Percent of the limit; null: no sample.</param>
    private AlertIncident[] Ticks(int seconds, long? memory, long diskFree = 100)
    {
        var changed = new List<AlertIncident>();
        for (int i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            ImmutableArray<ContainerSample> samples = memory is { } used ? [new ContainerSample { Id = new(Web.Id), WorkingSet = used, MemoryLimit = 100 }] : [];
            var frame = new MetricsFrame(_time.GetUtcNow(), new() { DiskFree = diskFree, DiskTotal = 100 }, samples);
            var (told, failure) = _desk.Tick(new(_sources.ToDictionary(source => source.Id), new HashSet<string>(), frame, _time.GetUtcNow()));
            Assert.Null(failure);
            changed.AddRange(told);
        }
        return [.. changed];
    }
}
