using System.Text;
using Brig.Engine.Logs.Search;

namespace Brig.Engine.Tests.Logs.Search;

public sealed class LevelGuessTests
{
    [Theory]
    [InlineData("""{"level":"warn","msg":"error"}""", LineLevel.Warn)]
    [InlineData("""{"time":1,"severity" : "ERROR"}""", LineLevel.Error)]
    [InlineData("""{"level":50,"msg":"x"}""", LineLevel.Error)]
    [InlineData("""{"msg":"the level is high"}""", LineLevel.Unknown)]
    [InlineData("ts=1 level=error msg=\"info about\"", LineLevel.Error)]
    [InlineData("ts=1 lvl=\"dbg\"", LineLevel.Debug)]
    [InlineData("2026-11-21 20:52:22,123 ERROR [main] x", LineLevel.Error)]
    [InlineData("2026-11-21T20:52:22Z info started", LineLevel.Info)]
    [InlineData("[warning] disk", LineLevel.Warn)]
    [InlineData("warn: Microsoft.Hosting[0]", LineLevel.Warn)]
    [InlineData("fatal: not a git repository", LineLevel.Fatal)]
    [InlineData("2026/11/21 20:52:22 [error] 7#7: *1 open() failed", LineLevel.Error)]
    [InlineData("E1121 20:52:22.000 1 main.go:1] x", LineLevel.Error)]
    [InlineData("<3>kernel: x", LineLevel.Error)]
    [InlineData("<14>1 - x", LineLevel.Info)]
    [InlineData("\u001b[31mERROR\u001b[0m x", LineLevel.Error)]
    [InlineData("\u001b[32minfo\u001b[39m: x", LineLevel.Info)]
    [InlineData("Exception in thread \"main\" java.lang.IllegalStateException: boom", LineLevel.Error)]
    [InlineData("Traceback (most recent call last):", LineLevel.Error)]
    [InlineData("Unhandled exception. System.InvalidOperationException: x", LineLevel.Error)]
    [InlineData("java.io.IOException: no route", LineLevel.Error)]
    [InlineData("TypeError: x is not a function", LineLevel.Error)]
    [InlineData("NoException was thrown", LineLevel.Unknown)]
    [InlineData("no error was found", LineLevel.Unknown)]
    [InlineData("GET /errors/error.html 200", LineLevel.Unknown)]
    [InlineData("ERROR_COUNT=0", LineLevel.Unknown)]
    [InlineData("2026-11-21 20:52:22.123 UTC [1] LOG:  ready", LineLevel.Unknown)]
    [InlineData("", LineLevel.Unknown)]
    public void Of_Line_IsWhatItSays(string line, LineLevel expected) => Assert.Equal(expected, LevelGuess.Of(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("error", "error")]
    [InlineData("GET /api/\\d+ (5\\d\\d)", "GET /api/")]
    [InlineData("time(out)? reading|refused", " reading", "refused")]
    [InlineData("colou?r", "colo")]
    [InlineData("ab{2,3}cde", "cde")]
    [InlineData("a\\.b\\[c", "a.b[c")]
    [InlineData("[abc]+xyz+w", "xyz")]
    [InlineData("\\d+")]
    [InlineData("error|.*")]
    [InlineData("(?x) a b")]
    [InlineData("\\x41bcd")]
    public void RequiredText_OfAnExpression_IsInEveryMatch(string pattern, params string[] expected) => Assert.Equal(expected, RequiredText.Of(pattern) ?? []);

    [Fact]
    public void Needle_AtEveryPlaceAndLength_FindsWhatASlowSearchFinds()
    {
        var random = new Random(7);
        for (int round = 0; round < 20_000; round++)
        {
            var hay = new string([.. Enumerable.Range(0, random.Next(0, 120)).Select(_ => "aAbB1-@`"[random.Next(8)])]);
            var text = new string([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => "aAbB1-@`"[random.Next(8)])]);
            Assert.Equal(hay.IndexOf(text, StringComparison.OrdinalIgnoreCase), new Needle(text, matchCase: false).IndexOf(Encoding.ASCII.GetBytes(hay)));
            Assert.Equal(hay.IndexOf(text, StringComparison.Ordinal), new Needle(text, matchCase: true).IndexOf(Encoding.ASCII.GetBytes(hay)));
        }
    }
}
