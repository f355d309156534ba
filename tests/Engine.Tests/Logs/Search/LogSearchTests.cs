using System.Text;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;

namespace Brig.Engine.Tests.Logs.Search;

public sealed class LogSearchTests : IDisposable
{
    private readonly SearchScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("TIMEOUT", null, "b: Timeout while reading", "a: timeout")]
    [InlineData(null, "time.*ing", "b: Timeout while reading")]
    [InlineData(null, "^a: (time|fine)", "a: fine", "a: timeout")]
    [InlineData("2026", null)]
    [InlineData("stdout", null)]
    [InlineData("ÄRGER", null, "b: großer Ärger")]
    [InlineData("", null, "b: großer Ärger", "b: Timeout while reading", "a: fine", "a: timeout")]
    public async Task SearchAsync_TextOrExpression_FindsItInAllContainersNewestFirst(string? text, string? regex, params string[] expected)
    {
        _scene.Write("a", "a: timeout", "a: fine");
        _scene.Write("b", "b: Timeout while reading", "b: großer Ärger");
        Assert.Equal(expected, await _scene.TextsAsync(new() { Text = text, Regex = regex }));
    }

    [Fact]
    public async Task SearchAsync_NarrowedInEveryWay_AllHold()
    {
        _scene.Write("a", "error one", "error two", "warn three", "ERROR four /health");
        Assert.Equal(["error two", "error one"], await _scene.TextsAsync(new() { Text = "error", Not = "/HEALTH" }));
        Assert.Equal(["warn three"], await _scene.TextsAsync(new() { Text = "error", Invert = true }));
        Assert.Equal(["ERROR four /health"], await _scene.TextsAsync(new() { Text = "ERROR", MatchCase = true }));
        Assert.Equal(["error two"], await _scene.TextsAsync(new() { From = SearchScene.Time(1), To = SearchScene.Time(1.5) }));
        Assert.Equal(["error one", "error two"], await _scene.TextsAsync(new() { Limit = 2, Order = SearchOrder.Oldest }));
        Assert.Empty(await _scene.TextsAsync(new() { Output = OutputStream.Stderr }));
    }

    [Fact]
    public async Task SearchAsync_SeveralContainers_AreMergedByTime()
    {
        for (int i = 0; i < 30; i++)
            _scene.Write(i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c", $"line {i}");
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"line {i}"), await _scene.TextsAsync(new() { Order = SearchOrder.Oldest }));
        Assert.Equal(Enumerable.Range(0, 30).Reverse().Select(i => $"line {i}"), await _scene.TextsAsync(new()));
    }

    [Fact]
    public async Task SearchAsync_ByNameStackAndLabel_LooksAtThoseOnly()
    {
        _scene.Add("web", stack: "shop");
        _scene.Add("db", stack: "shop");
        foreach (string name in (string[])["web", "db", "other"])
            _scene.Write(name, name);
        Assert.Equal(["db"], await _scene.TextsAsync(new() { Sources = ["db"] }));
        Assert.Equal(["db", "web"], await _scene.TextsAsync(new() { Sources = ["stack:shop"] }));
        Assert.Equal(["other", "web"], await _scene.TextsAsync(new() { Sources = ["label:of=web", "other"] }));
        Assert.Empty(await _scene.TextsAsync(new() { Sources = ["stack:none"] }));
        Assert.Contains("webb", Assert.Throws<EngineException>(() => _scene.Search.Begin(new() { Sources = ["webb"] })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status=500", "bad", "worse")]
    [InlineData("ms>=20", "fine", "worse")]
    [InlineData("user.name=ann", "fine")]
    [InlineData("status!=500", "fine", "words")]
    [InlineData("path~API", "bad")]
    [InlineData("trace_id", "worse")]
    public async Task SearchAsync_Field_IsReadFromJsonAndPairs(string field, params string[] expected)
    {
        _scene.Write("a", """{"msg":"fine","status":200,"ms":20.5,"user":{"name":"Ann"}}""", """msg=bad status=500 path="/api/x y" ms=3""", """{"msg":"worse","status":"500","ms":100,"trace_id":null}""", "words");
        var texts = await _scene.TextsAsync(new() { Fields = [field], Order = SearchOrder.Oldest });
        Assert.Equal(expected, texts.Select(text => expected.Single(word => text.Contains(word, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("(", "parenthesis")]
    [InlineData("(a)\\1", "backreferences")]
    [InlineData("(?=a)b", "lookarounds")]
    public void Begin_ExpressionThatCannotBe_SaysWhy(string regex, string expected)
        => Assert.Contains(expected, Assert.Throws<EngineException>(() => _scene.Search.Begin(new() { Regex = regex })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task SearchAsync_ExpressionThatBacktracksForEver_Ends()
    {
        _scene.Write("a", new string('a', 15_000) + "!", "aaa");
        Assert.Equal(["aaa"], await _scene.TextsAsync(new() { Regex = "^(a+)+$" }));
    }

    [Fact]
    public void Begin_MoreThanAreAllowed_IsBusyUntilOneEnds()
    {
        var running = Enumerable.Range(0, LogSearcher.MostAtOnce).Select(_ => _scene.Search.Begin(new())).ToList();
        Assert.Equal(EngineErrorKind.Busy, Assert.Throws<EngineException>(() => _scene.Search.Begin(new())).Kind);
        running[0].Dispose();
        running[0].Dispose();
        _scene.Search.Begin(new()).Dispose();
        running.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task SearchAsync_MoreThanTheLimit_GoesOnWithoutGapAndDouble()
    {
        Lumps("a", 40, 100);
        Lumps("b", 40, 100);
        foreach (var order in Enum.GetValues<SearchOrder>())
        {
            var all = new List<string>();
            string? after = null;
            do
            {
                var found = await _scene.FindAsync(new() { Text = "line", Limit = 777, After = after, Order = order });
                all.AddRange(found.Told);
                after = found.Last!.Next;
            }
            while (after is not null);
            Assert.Equal(8000, all.Count);
            Assert.Equal(8000, all.Distinct().Count());
            var ofA = all.Where(text => text[0] == 'a').Select(text => int.Parse(text[7..], null));
            Assert.Equal(order == SearchOrder.Oldest ? Enumerable.Range(0, 4000) : Enumerable.Range(0, 4000).Reverse(), ofA);
        }
    }

    [Fact]
    public async Task SearchAsync_ManyFiles_CountsAllAndTellsTheNewest()
    {
        _scene.Add("a");
        var log = _scene.Writer("a", maxSize: 5_000_000, maxFiles: 20);
        for (int i = 0; i < 300_000; i++, _scene.Now += 1_000_000)
            log.Append(1, Encoding.ASCII.GetBytes($"{(i % 100 == 0 ? "ERROR" : "info")} number {i} of a long line of a program that talks a lot\n"));
        log.Finish();
        var found = await _scene.FindAsync(new() { Text = "error", Limit = 10 });
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 299_900 - 100 * i), found.Lines.Select(line => int.Parse(line.Text.Split(' ')[2], null)));
        Assert.Equal(3000, found.Last!.Progress.Found);
        Assert.Equal(found.Last.Progress.Total, found.Last.Progress.Looked);
        Assert.Equal(3000, found.Histogram!.Levels[(int)LineLevel.Error].Sum());
        Assert.Equal(300_000, (await _scene.FindAsync(new() { Limit = 0 })).Histogram!.Levels.Sum(level => level.Sum()));
        Assert.Equal(270_000, (await _scene.FindAsync(new() { From = SearchScene.Time(30) })).Last!.Progress.Found);
    }

    [Fact]
    public async Task SearchAsync_LineInPieces_IsFoundAcrossThem()
    {
        _scene.Add("a");
        var log = _scene.Writer("a");
        string text = new string('x', 16_380) + "needle" + new string('y', 40_000);
        log.Append(1, Encoding.ASCII.GetBytes(text + "\nnext\n"));
        log.Finish();
        var found = await _scene.FindAsync(new() { Text = "needle" });
        var line = Assert.Single(found.Lines);
        Assert.Equal((new LogPosition(1, 0), text.Length, text[..16_384]), (line.Position, line.Length, line.Text));
        Assert.Equal(["next"], await _scene.TextsAsync(new() { Text = "needle", Invert = true }));
    }

    [Fact]
    public async Task SearchAsync_LineOf50MB_EndsAndFindsWhatIsDeepInIt()
    {
        _scene.Add("a");
        var log = _scene.Writer("a", maxSize: 1 << 27);
        var part = Encoding.ASCII.GetBytes(new string('x', 1 << 20));
        for (int i = 0; i < 50; i++)
            log.Append(1, i == 33 ? "deep"u8 : part);
        log.Append(1, "\nnext\n"u8);
        log.Finish();
        Assert.Equal(1, (await _scene.FindAsync(new() { Text = "deep" })).Last!.Progress.Found);
        Assert.InRange((await _scene.FindAsync(new() { Text = "xxxx" })).Last!.Progress.Found, 1, 14); // one for each piece of 4 MiB
        Assert.Equal(["next"], await _scene.TextsAsync(new() { Text = "next" }));
    }

    [Fact]
    public async Task SearchAsync_HitInAStackTrace_BringsAllOfItOnce()
    {
        _scene.Add("a");
        var log = _scene.Writer("a");
        log.Append(1, "before\nERROR it broke\n  at Shop.Cart()\n  at Shop.Main()\nCaused by: null\n  at Shop.Deep()\nafter\n"u8);
        log.Finish();
        var found = await _scene.FindAsync(new() { Text = "Shop" });
        var line = Assert.Single(found.Lines);
        Assert.Equal(3, found.Last!.Progress.Found);
        Assert.Equal("  at Shop.Deep()", line.Text);
        Assert.Equal(["ERROR it broke", "  at Shop.Cart()", "  at Shop.Main()", "Caused by: null"], line.Before.Select(each => each.Text));
        var head = Assert.Single((await _scene.FindAsync(new() { Levels = [LineLevel.Error] })).Lines);
        Assert.Equal(4, head.Behind.Length);
    }

    [Fact]
    public async Task SearchAsync_BytesThatAreNoText_AreShownEscaped()
    {
        _scene.Add("a");
        var log = _scene.Writer("a");
        log.Append(1, [(byte)'o', (byte)'k', 0xFF, 0, 0xE2, 0x82, (byte)'\n']);
        log.Finish();
        Assert.Equal(["ok\\xff\0\\xe2\\x82"], await _scene.TextsAsync(new() { Text = "OK" }));
    }

    [Fact]
    public async Task SearchAsync_ClockSetBack_KeepsTheOrderOfTheContainer()
    {
        _scene.Write("a", "1", "2", "3");
        _scene.Now -= 3_600_000_000_000;
        _scene.Write("a", "4", "5");
        Assert.Equal(["5", "4", "3", "2", "1"], await _scene.TextsAsync(new()));
        Assert.Equal(["1", "2", "3", "4", "5"], await _scene.TextsAsync(new() { Order = SearchOrder.Oldest }));
    }

    [Fact]
    public async Task SearchAsync_FileGoneInTheMiddle_GoesOnAndTellsHowMuch()
    {
        Lumps("a", 100, 1000, maxSize: 1_000_000);
        int batches = 0;
        LogSearchBatch? last = null;
        File.Delete(LogFiles.PathOf(_scene.FolderOf("a"), 1));
        await foreach (var batch in _scene.Search.SearchAsync(new() { Text = "line" }))
            (batches, last) = (batches + 1, batch);
        Assert.True(last!.Done);
        Assert.InRange(last.Progress.Found, 1, 99_999);
    }

    [Fact]
    public async Task SearchAsync_RemovedContainer_IsAmongTheOthersAndProgressIsRight()
    {
        _scene.Write("a", "1", "2");
        _scene.Write("b", "3");
        _scene.Write("a", "4");
        _scene.Remove("a");
        _scene.Write("b", "5");
        var found = await _scene.FindAsync(new() { Order = SearchOrder.Oldest });
        Assert.Equal(["a 1", "a 2", "b 3", "a 4", "b 5"], found.Told);
        Assert.Equal(found.Last!.Progress.Total, found.Last.Progress.Looked);
        Assert.Equal(["b 5"], (await _scene.FindAsync(new() { From = SearchScene.Time(4), To = DateTimeOffset.MaxValue })).Told);
        Assert.Equal(5, (await _scene.CopyAsync(new() { To = DateTimeOffset.MaxValue })).Count(c => c == '\n'));
    }

    [Fact]
    public async Task SearchAsync_WhateverAContainerWrites_BreaksNothing()
    {
        string[] parts = ["{", "}", "\"", "\\ud800", "status", "=", ":", "500", "level", "\t", " ", "at ", "<3>", "E1121 ", "\u001b[31m", ",", "[", "]", "null", "a.b", "\r", "\0"];
        var random = new Random(3);
        _scene.Add("a");
        var log = _scene.Writer("a");
        for (int i = 0; i < 20_000; i++)
        {
            var line = new List<byte>();
            for (int part = random.Next(12); part > 0; part--)
                line.AddRange(random.Next(8) == 0 ? [(byte)random.Next(128, 256)] : Encoding.UTF8.GetBytes(parts[random.Next(parts.Length)]));
            line.Add((byte)'\n');
            log.Append((byte)random.Next(1, 3), line.ToArray());
        }
        log.Append(1, [.. "{\"status\":\""u8, 0xFF, .. "\"}\n"u8]);
        log.Append(1, "{\"status\":\"\\ud800\"}\n"u8);
        log.Finish();
        foreach (string field in (string[])["status=500", "a.b!=1", "level~x", "status"])
            Assert.True((await _scene.FindAsync(new() { Fields = [field], Limit = 10_000 })).Last!.Done);
        Assert.Equal(20_000, (await _scene.FindAsync(new() { Limit = 10_000 })).Last!.Progress.Found - 2);
        Assert.Equal(20_002, (await _scene.CopyAsync(new(), LogDownload.JsonLines)).TrimEnd().Split('\n').Count(line => System.Text.Json.JsonDocument.Parse(line) is not null));
    }

    [Fact]
    public async Task SearchAsync_ReaderGoes_TheWorkStopsAndThePlaceIsFree()
    {
        Lumps("a", 300, 1000);
        using var gone = new CancellationTokenSource();
        for (int i = 0; i < 2 * LogSearcher.MostAtOnce; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var batch in _scene.Search.SearchAsync(new() { Regex = "(l|L)+ine [0-9]*7$", Limit = 1 }, gone.Token))
                    await gone.CancelAsync();
                gone.Token.ThrowIfCancellationRequested();
            });
        }
        _scene.Search.Begin(new()).Dispose();
    }

    [Theory]
    [InlineData("(((a{1000}){1000}){1000})")]
    [InlineData("(.*a){500}")]
    public async Task SearchAsync_ExpressionThatTakesForEver_EndsWithASentence(string regex)
    {
        _scene.Write("a", string.Concat(Enumerable.Repeat("abcdx1aaaaaaaa", 1000)));
        var refused = await Assert.ThrowsAsync<EngineException>(() => _scene.FindAsync(new() { Regex = regex }));
        Assert.Equal(EngineErrorKind.Invalid, refused.Kind);
    }

    [Fact]
    public async Task CopyAsync_LineOf50MB_ComesInPartsAndWholeOnce()
    {
        _scene.Add("a");
        var log = _scene.Writer("a", maxSize: 1 << 27);
        var part = Encoding.ASCII.GetBytes(new string('z', 1 << 20));
        for (int i = 0; i < 50; i++)
            log.Append(1, part);
        log.Append(1, "\nnext\n"u8);
        log.Finish();
        Assert.Equal(50 << 20, (await _scene.CopyAsync(new())).Count(c => c == 'z'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("before")]
    public async Task CopyAsync_ClockSetForwardAndBack_LaterLinesAreThere(string before)
    {
        if (before.Length > 0)
            _scene.Write("a", before);
        _scene.Now += 86_400_000_000_000 * 365;
        _scene.Write("a", "future");
        _scene.Now -= 86_400_000_000_000 * 365;
        _scene.Write("a", "behind");
        string[] found = (await _scene.CopyAsync(new() { From = SearchScene.Time(0), To = SearchScene.Time(10) })).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([.. before.Length > 0 ? (string[])[before, "behind"] : ["behind"]], found.Select(line => line[31..]));
    }

    [Fact]
    public async Task CopyAsync_AllContainers_AreMergedOldestFirst()
    {
        _scene.Write("a", "1 a", "2 a");
        _scene.Write("b", "3 b", "4 b \u0001 \"quoted\"");
        string[] text = (await _scene.CopyAsync(new())).TrimEnd().Split('\n');
        Assert.Equal(["a 1 a", "a 2 a", "b 3 b", "b 4 b \u0001 \"quoted\""], text.Select(line => line[31..]));
        Assert.StartsWith("2026-11-21T20:52:22.000000000Z a", text[0], StringComparison.Ordinal);
        string[] json = (await _scene.CopyAsync(new() { Text = "quoted" }, LogDownload.JsonLines)).TrimEnd().Split('\n');
        Assert.Equal("4 b \u0001 \"quoted\"", System.Text.Json.JsonDocument.Parse(Assert.Single(json)).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task AroundAsync_Address_GivesItsLinesWithThoseAroundThem()
    {
        Lumps("a", 10, 10, maxSize: 1000);
        var found = await _scene.FindAsync(new() { Regex = "line 50$" });
        var lines = await _scene.Search.AroundAsync("a", found.Lines[0].Position, 5, 5);
        Assert.Equal(Enumerable.Range(45, 11).Select(i => $"line {i}"), lines.Select(line => line.Text));
    }

    private void Lumps(string name, int lumps, int lines, long maxSize = 1 << 24)
    {
        _scene.Add(name);
        var log = _scene.Writer(name, maxSize, maxFiles: 100);
        for (int lump = 0; lump < lumps; lump++, _scene.Now += 1_000_000)
            log.Append(1, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(lump * lines, lines).Select(i => $"line {i}\n"))));
        log.Finish();
    }
}
