using System.Text;
using Brig.Engine.Logs.Search;

namespace Brig.Engine.Tests.Logs.Search;

/// <summary>A stack trace is one thing, by whichever of its lines it was found.</summary>
public sealed class LineGroupsTests : IDisposable
{
    private readonly SearchScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("ERROR request 7 failed|java.lang.IllegalStateException: no pool left|    at com.acme.Pool.take(Pool.java:41)|Caused by: java.io.IOException: broken pipe|    ... 12 more")]
    [InlineData("java.lang.IllegalStateException: no pool left|\tat com.acme.Pool.take(Pool.java:41)")]
    [InlineData("TypeError: x is not a function|    at Object.<anonymous> (/app/a.js:1:1)|    at node:internal/main:2:3")]
    [InlineData("ERROR:root:it failed|Traceback (most recent call last):|  File \"a.py\", line 1, in <module>|    go()|ValueError: no")]
    [InlineData("Unhandled exception. System.Exception: no|   at Program.Main()")]
    public async Task SearchAsync_AnyLineOfATrace_TellsAllOfItOnce(string trace)
    {
        string[] lines = trace.Split('|');
        Write(["INFO before", .. lines, "INFO behind"]);
        foreach (string line in lines)
        {
            var found = Assert.Single((await _scene.FindAsync(new() { Text = line })).Lines);
            Assert.Equal(trace, string.Join('|', found.Before.Select(each => each.Text).Append(found.Text).Concat(found.Behind.Select(each => each.Text))));
        }
        Assert.Equal(3, (await _scene.FindAsync(new())).Lines.Count);
    }

    [Fact]
    public async Task SearchAsync_ErrorsWithoutATrace_StayAlone()
    {
        Write(["ERROR one", "IOException: two", "ERROR three", "INFO four", "IOException: five", "    at six"]);
        Assert.Equal(["IOException: five", "INFO four", "ERROR three", "IOException: two", "ERROR one"],
            (await _scene.FindAsync(new())).Lines.Select(line => line.Before.IsEmpty ? line.Text : line.Before[0].Text));
    }

    [Fact]
    public async Task SearchAsync_OtherStreamBetween_TheTraceIsWhole()
    {
        _scene.Add("a");
        var log = _scene.Writer("a");
        log.Append(2, "Error: no\n"u8);
        log.Append(1, "GET /\n"u8);
        log.Append(2, "    at b.js:1\n"u8);
        log.Finish();
        var found = Assert.Single((await _scene.FindAsync(new() { Text = "Error: no" })).Lines);
        Assert.Equal("    at b.js:1", Assert.Single(found.Behind).Text);
    }

    /// <summary>All in one go.</summary>
    private void Write(string[] lines)
    {
        _scene.Add("a");
        var log = _scene.Writer("a");
        log.Append(1, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        log.Finish();
    }
}
