using System.Text;
using Brig.Engine;
using Brig.Web.Api.Docker;

namespace Brig.Api.Tests.Docker;

public sealed class DetachKeysTests
{
    [Theory]
    [InlineData(null, "ab\u0010\u0011cd", "ab", true)]
    [InlineData("", "\u0010\u0011", "", true)]
    [InlineData(null, "a\u0010b", "a\u0010b", false)]
    [InlineData(null, "\u0010\u0010\u0011", "\u0010", true)]
    [InlineData(null, "\u0011\u0010", "\u0011", false)]
    [InlineData("ctrl-c", "ab\u0003", "ab", true)]
    [InlineData("a,b,c", "ab-abc", "ab-", true)]
    [InlineData("ctrl-[,DEL", "x\u001b\u007f", "x", true)]
    [InlineData("ctrl-@", "\0", "", true)]
    public void Take_WhatIsTyped_GoesToTheProgramButForTheKeys(string? keys, string typed, string program, bool left)
    {
        var got = new List<byte>();
        Assert.Equal(left, DetachKeys.Parse(keys).Take(Encoding.Latin1.GetBytes(typed), got));
        Assert.Equal(program, Encoding.Latin1.GetString([.. got]));
    }

    [Fact]
    public void Take_KeysInTwoPieces_AreFoundAndAreNotTheProgramsMeanwhile()
    {
        var keys = DetachKeys.Parse(null);
        var got = new List<byte>();
        Assert.False(keys.Take("a\u0010"u8, got));
        Assert.Equal("a"u8, got.ToArray());
        Assert.True(keys.Take("\u0011"u8, got));
        Assert.Equal("a"u8, got.ToArray());
    }

    [Theory]
    [InlineData("ctrl-p,nothing", "nothing")]
    [InlineData("ctrl-1", "ctrl-1")]
    [InlineData("a,,b", "")]
    [InlineData("ä", "ä")]
    public void Parse_NoKey_IsRefusedInDockersWords(string keys, string unknown) =>
        Assert.Equal($"Invalid detach keys ({keys}) provided: Unknown character: '{unknown}'", Assert.Throws<EngineException>(() => DetachKeys.Parse(keys)).Message);
}
