using Brig.Engine.Containers;
using Brig.Engine.History;
using Microsoft.Data.Sqlite;

namespace Brig.Engine.Tests.History.Keeping;

public sealed class KeeperTests
{
    private const long Midnight = KeepingScene.Midnight, Minute = KeepingScene.Minute, Hour = KeepingScene.Hour, Day = KeepingScene.Day;

    /// <summary>Whatever the tier: each time once, with its own value.</summary>
    [Fact]
    public async Task Read_ADayAndAHalf_EveryTimeIsThereOnceAtEveryWidth()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Sample = (container, at) => new() { Id = container.Id, CpuCores = (at - Midnight) / (double)Day, Memory = at / 1000 };
        scene.Tick(36 * Hour + 17 * Minute, each: 2000);
        long now = scene.Time.Now;

        foreach (var (from, to, points, tier) in (ReadOnlySpan<(long, long, int, int)>)
            [(now - (10 * Minute), now, 601, 1), (now - (5 * Hour), now, 600, 10), (Midnight + Minute, Midnight + Hour, 600, 60), (now - (30 * Hour), now, 5000, 60), (Midnight, now, 100, 60)])
        {
            var answer = scene.Read("web", "cpuCores", from, to, points);

            Assert.Equal(tier, answer.Tier);
            double[] avg = answer.Series[0].Avg;
            for (int i = 0; i < avg.Length; i++)
            {
                long at = answer.From + (i * answer.Step) + (answer.Step / 2);
                if (at < now - 2000)
                {
                    Assert.InRange((avg[i] * Day) + Midnight, at - Math.Max(answer.Step, tier * 1000) - 9_000 - (Day / 1000), at + Math.Max(answer.Step, tier * 1000) + 9_000 + (Day / 1000));
                }
            }
        }
    }

    /// <summary>Far out, rows of ten minutes are read; also of a file in which minutes were the last there was, whether they are rolled up yet or not.</summary>
    [Fact]
    public async Task Read_FiveDays_OfTenMinutesAlsoFromAFileOfVersionOne()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Sample = (container, at) => new() { Id = container.Id, CpuCores = (at - Midnight) / (double)Day, Memory = at / 1000 };
        scene.Tick(5 * Day, each: Minute / 2);
        long now = scene.Time.Now;
        var answer = scene.Read("web", "cpuCores", Midnight, now, 100);
        Assert.Equal(600, answer.Tier);
        Assert.Equal(2 * 2, scene.Keeper.File.Number("SELECT count(*) FROM chunks WHERE Tier = 600"));   // two days each, of web and the machine
        for (int i = 0; i < answer.Series[0].Avg.Length; i++)
        {
            long at = answer.From + (i * answer.Step) + (Math.Min(answer.Step, now - answer.From - (i * answer.Step)) / 2);
            Assert.InRange((answer.Series[0].Avg[i] * Day) + Midnight, at - (2 * Minute), at + (2 * Minute));
        }

        scene.Keeper.File.Run("DELETE FROM chunks WHERE Tier = 600; UPDATE chunks SET Rolled = 1 WHERE Tier = 60; PRAGMA user_version = 1");
        scene.Restart();
        Same(scene.Read("web", "cpuCores", Midnight, now, 100), 60);
        scene.Tick(Minute);
        Assert.Equal(2, scene.Keeper.File.Number("SELECT count(*) FROM chunks WHERE Tier = 600"));   // all that waited, as one
        Same(scene.Read("web", "cpuCores", Midnight, now, 100), 600);

        void Same(HistoryAnswer other, int tier)
        {
            Assert.Equal((tier, answer.Step), (other.Tier, other.Step));
            Assert.All(Enumerable.Range(0, answer.Series[0].Avg.Length - 1), i => Assert.Equal(answer.Series[0].Avg[i], other.Series[0].Avg[i], 0.001));
        }
    }

    [Fact]
    public async Task Take_KilledAnywhere_NothingIsLost()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        var random = new Random(1);
        for (int i = 0; i < 20; i++)
        {
            scene.Tick(random.Next(1, 400) * 1000L);
            scene.Restart();
        }

        foreach (string source in (string[])["web", "machine"])
        {
            var answer = scene.Read(source, "cpuCores", Midnight + 1000, scene.Time.Now, 50_000);
            Assert.DoesNotContain(answer.Series[0].Avg[..^1], double.IsNaN);
            Assert.All(answer.Series[0].Avg[..^1], value => Assert.Equal(source == "web" ? 0.5 : 1, value));
        }
        Assert.Equal(0.75, scene.Read("machine", "core1", Midnight, scene.Time.Now).Series[0].Avg[5]);
        Assert.Equal(9, scene.Read("machine", "rxBytes", Midnight, scene.Time.Now).Series[0].Avg[5]);
    }

    [Fact]
    public async Task Take_ContainerStopsAndGoesOn_IsOneSeriesWithAGap()
    {
        await using var scene = new KeepingScene();
        var web = scene.Run("web");
        scene.Tick(Minute);
        scene.Stop(web);
        scene.Tick(10 * Minute);
        scene.Again(web);
        scene.Tick(Minute);

        double[] avg = scene.Read("web", "memory", Midnight, Midnight + (12 * Minute), 721).Series[0].Avg;

        Assert.DoesNotContain(avg[..60], double.IsNaN);
        Assert.All(avg[60..660], value => Assert.Equal(double.NaN, value));
        Assert.DoesNotContain(avg[660..], double.IsNaN);
    }

    [Fact]
    public async Task Take_ContainerRemoved_ItsHistoryStaysAndIsToldAsRemoved()
    {
        await using var scene = new KeepingScene();
        var web = scene.Run("web", "shop");
        scene.Tick(6 * Minute);
        scene.Remove(web);
        scene.Tick(6 * Minute);
        scene.Restart();

        var source = Assert.Single(scene.Book.All([]), source => source.Name == "web");
        Assert.Equal((web.Id.Value, "shop", Midnight + (6 * Minute)), (source.Id, source.Stack, source.RemovedAt));
        Assert.Equal(4096, scene.Read("stack:shop", "memory", Midnight, Midnight + (6 * Minute)).Series[0].Max[3]);
        Assert.Equal(MarkKinds.Remove, Assert.Single(scene.Marks(Midnight, scene.Time.Now)).Kind);
    }

    [Fact]
    public async Task Take_ClockSetBackTwoHours_NothingIsOverwrittenAndOrderHolds()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Tick(3 * Hour);
        scene.Time.Now -= 2 * Hour;
        scene.Sample = (container, _) => new() { Id = container.Id, CpuCores = 1.5, Memory = 8192 };
        scene.Tick(3 * Hour);

        var answer = scene.Read("web", "cpuCores", Midnight, Midnight + (4 * Hour), 49);

        Assert.All(answer.Series[0].Avg[..12], value => Assert.Equal(0.5, value));
        Assert.All(Enumerable.Range(13, 22), i => Assert.Equal((0.5, 1.0, 1.5), (answer.Series[0].Min[i], answer.Series[0].Avg[i], answer.Series[0].Max[i])));
        Assert.All(answer.Series[0].Avg[37..47], value => Assert.Equal(1.5, value));
        scene.Restart();
        Assert.Equal(answer.Series[0].Avg, scene.Read("web", "cpuCores", Midnight, Midnight + (4 * Hour), 49).Series[0].Avg);
    }

    [Fact]
    public async Task Take_ClockSetForwardAYearAndBack_TheMonthIsStillThere()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Tick(30 * Day, each: 30 * Minute);
        scene.Time.Now += 365 * Day;
        scene.Tick(Hour, each: 10_000);
        scene.Time.Now -= 365 * Day;
        scene.Tick(Hour, each: 10_000);

        double[] avg = scene.Read("web", "memory", Midnight, Midnight + (30 * Day), 720).Series[0].Avg;

        Assert.True(avg.Count(double.IsNaN) <= 3, $"{avg.Count(double.IsNaN)} of {avg.Length} points are lost");
    }

    /// <summary>A clock without a battery begins in 1970 and is set right later: what is too old goes as before.</summary>
    [Fact]
    public async Task Take_ClockInNineteenSeventyAndBack_WhatIsOlderThanAMonthStillGoes()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Tick(32 * Day, each: 30 * Minute);
        long now = scene.Time.Now;
        scene.Time.Now = Day;
        scene.Tick(Hour / 2, each: 10_000);
        scene.Time.Now = now;
        scene.Tick(3 * Hour, each: 10_000);

        Assert.InRange(scene.Read("web", "memory", Midnight, scene.Time.Now, 50_000).Oldest!.Value, Midnight, Midnight + (2 * Day) + (15 * Hour));
        Assert.InRange(scene.Time.Now - scene.Keeper.File.Number("SELECT min(ToAt) FROM chunks WHERE Tier = 1 AND ToAt > 1000000000000"), 50 * Minute, (2 * Hour) + (10 * Minute));
    }

    [Fact]
    public async Task Take_LongerThanAMonth_WhatIsOlderGoes()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Tick(40 * Day, each: 30 * Minute);
        scene.Tick(2 * Hour, each: 10_000);

        var answer = scene.Read("web", "memory", Midnight, scene.Time.Now, 50_000);

        Assert.InRange(answer.Oldest!.Value, Midnight + (8 * Day), Midnight + (9 * Day) + (15 * Hour));
        long seconds = scene.Keeper.File.Number("SELECT min(ToAt) FROM chunks WHERE Tier = 1"), tens = scene.Keeper.File.Number("SELECT min(ToAt) FROM chunks WHERE Tier = 10");
        Assert.InRange(scene.Time.Now - seconds, 50 * Minute, (2 * Hour) + (10 * Minute));
        Assert.InRange(scene.Time.Now - tens, 23 * Hour, 38 * Hour);
    }

    [Fact]
    public async Task Take_QuotaIsFull_TheOldestGoes()
    {
        await using var scene = new KeepingScene(quota: 120_000);
        scene.Run("web");
        var random = new Random(4);
        scene.Sample = (container, _) => new() { Id = container.Id, CpuCores = random.NextDouble(), Memory = random.Next() * 4096L, WorkingSet = random.Next(), Anonymous = random.Next(), Pids = random.Next(100) };
        scene.Tick(3 * Day, each: 20_000);

        Assert.InRange(scene.Keeper.Bytes, 60_000, 120_000);
        var answer = scene.Read("web", "cpuCores", Midnight, scene.Time.Now);
        Assert.True(answer.Oldest > Midnight + Hour && double.IsNaN(answer.Series[0].Avg[10]));
        Assert.DoesNotContain(answer.Series[0].Avg[^50..^1], double.IsNaN);
    }

    [Fact]
    public async Task Open_JournalTornOrDamaged_WhatIsWholeIsTakenAndItGoesOn()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Tick(2 * Minute);
        scene.Restart(() =>
        {
            using var file = File.OpenWrite(scene.Paths.HistoryJournal);
            file.SetLength(file.Length - 3);
        });
        scene.Tick(Minute);
        scene.Restart(() =>
        {
            using var file = File.Open(scene.Paths.HistoryJournal, FileMode.Open);
            file.Position = file.Length - 200;
            file.Write(new byte[50]);
        });
        scene.Tick(Minute);

        double[] avg = scene.Read("web", "memory", Midnight + 1000, Midnight + (4 * Minute), 241).Series[0].Avg;
        Assert.InRange(avg[..^1].Count(double.IsNaN), 1, 12);
    }

    /// <summary>Killed between the commit of the chunks and the new journal: the old one has what the chunks have.</summary>
    [Fact]
    public async Task Open_JournalOfBeforeTheCommit_NothingIsDoubled()
    {
        await using var scene = new KeepingScene();
        scene.Tick((5 * Minute) - 1000);
        byte[] journal = await File.ReadAllBytesAsync(scene.Paths.HistoryJournal);
        scene.Tick(2000);
        scene.Restart(() => File.WriteAllBytes(scene.Paths.HistoryJournal, journal));

        Assert.Equal(0, scene.Book.TryGet(HistorySource.Machine)!.Open.Count);
        Assert.Equal(1, scene.Keeper.File.Number("SELECT count(*) FROM chunks"));
        scene.Tick(Minute);
        Assert.Equal(60, scene.Book.TryGet(HistorySource.Machine)!.Open.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Take_DatabaseDamaged_IsSetAsideToldAndBegunAnew(bool isOpen)
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Tick(11 * Minute);
        if (isOpen)
        {
            using var other = new SqliteConnection($"Data Source={scene.Paths.History};Pooling=false");
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = 9999; PRAGMA schema_version = 77";
            command.ExecuteNonQuery();
        }
        else
        {
            scene.Restart(() => File.WriteAllBytes(scene.Paths.History, [.. Enumerable.Repeat((byte)'x', 50_000)]));
        }
        scene.Tick(12 * Minute);

        Assert.Single(scene.Told("history-damaged"));
        Assert.True(File.Exists(scene.Paths.History + ".damaged-1"));
        Assert.Null(scene.Keeper.Stopped);
        double[] avg = scene.Read("web", "memory", Midnight + (15 * Minute) + 1000, scene.Time.Now, 1000).Series[0].Avg;
        Assert.DoesNotContain(avg[..^1], double.IsNaN);
        scene.Restart();
        Assert.Equal(avg, scene.Read("web", "memory", Midnight + (15 * Minute) + 1000, scene.Time.Now, 1000).Series[0].Avg);
    }

    [Fact]
    public async Task Open_DamagedTwice_BothAreSetAside()
    {
        await using var scene = new KeepingScene();
        foreach (string text in (string[])["first", "second"])
        {
            scene.Restart(() => File.WriteAllText(scene.Paths.History, text + new string('x', 50_000)));
        }
        Assert.StartsWith("first", await File.ReadAllTextAsync(scene.Paths.History + ".damaged-1"), StringComparison.Ordinal);
        Assert.StartsWith("second", await File.ReadAllTextAsync(scene.Paths.History + ".damaged-2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfANewerBrig_IsLeftAsItIsAndTold()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Tick(6 * Minute);
        scene.Keeper.File.Run("PRAGMA user_version=99");
        scene.Restart();
        scene.Tick(Minute);
        Assert.Contains("newer Brig", scene.Keeper.Stopped, StringComparison.Ordinal);
        Assert.Single(scene.Told("history-stopped"));
        Assert.Empty(scene.Told("history-damaged"));
        using var file = new SqliteConnection($"Data Source={scene.Paths.History};Pooling=false");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = "SELECT count(*) FROM chunks";
        Assert.True(command.ExecuteScalar() is > 0L);
    }

    [Fact]
    public async Task Take_OneHasTooManyMarks_ThoseOfTheOthersStay()
    {
        await using var scene = new KeepingScene();
        scene.Tick(Minute);
        scene.Keeper.File.Run("""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 21000)
            INSERT INTO marks SELECT i + 1000000, $0, 'start', iif(i % 1000 = 0, 'quiet', 'looper'), '', '{}' FROM n
            """, scene.Time.Now);
        scene.Tick(6 * Minute);
        Assert.Equal(21, scene.Keeper.File.Number("SELECT count(*) FROM marks WHERE Source = 'quiet'"));
        Assert.Equal(20_000, scene.Keeper.File.Number("SELECT count(*) FROM marks WHERE Source = 'looper'"));
        Assert.Equal(1_021_000 - 1, scene.Keeper.File.Number("SELECT max(Sequence) FROM marks WHERE Source = 'looper'"));
    }

    [Fact]
    public async Task Take_DiskNearlyFull_StopsToldOnceAndGoesOnByItself()
    {
        await using var scene = new KeepingScene();
        scene.Run("web");
        scene.Tick(Minute);
        scene.DiskFree = 1 << 20;
        scene.Tick(10 * Minute);

        Assert.Contains("history is not kept until there is more", scene.Keeper.Stopped, StringComparison.Ordinal);
        Assert.Single(scene.Told("history-stopped"));

        scene.DiskFree = 1L << 40;
        scene.Tick(Minute);

        Assert.Null(scene.Keeper.Stopped);
        Assert.Single(scene.Told("history-resumed"));
        scene.Restart();
        double[] avg = scene.Read("web", "memory", Midnight + 1000, scene.Time.Now, 1000).Series[0].Avg;
        Assert.DoesNotContain(avg[..59], double.IsNaN);
        Assert.All(avg[61..650], value => Assert.Equal(double.NaN, value));
        Assert.DoesNotContain(avg[660..^1], double.IsNaN);
    }

    [Fact]
    public async Task Open_EventsThatAKilledEngineHadNotWritten_AreMarksAllTheSame()
    {
        await using var scene = new KeepingScene();
        scene.Tick(6 * Minute);
        for (int i = 0; i < 3000; i++)
        {
            scene.Events.Add("container", i % 2 == 0 ? "start" : "die", "id", "web");
        }
        scene.Tick(Minute);
        scene.Restart();
        scene.Tick(6 * Minute);
        scene.Restart();
        scene.Tick(1000);

        Assert.Equal(3000, scene.Marks(Midnight, scene.Time.Now).Length);
    }
}
