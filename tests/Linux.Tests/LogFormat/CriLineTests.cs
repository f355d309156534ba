using System.Text;
using Brig.Linux.LogFormat;

namespace Brig.Linux.Tests.LogFormat;

public sealed class CriLineTests
{
    [Theory]
    [InlineData(0L, "1970-01-01T00:00:00.000000000Z")]
    [InlineData(1_795_294_342_123_456_789L, "2026-11-21T20:52:22.123456789Z")]
    [InlineData(1_709_164_800_000_000_001L, "2024-02-29T00:00:00.000000001Z")]
    [InlineData(1_798_761_599_999_999_999L, "2026-12-31T23:59:59.999999999Z")]
    public void WriteHead_AnyTime_IsRfc3339WithNineDigitsAndParsesBack(long nanoseconds, string expected)
    {
        var head = new byte[CriLine.HeadLength];
        CriLine.WriteHead(head, nanoseconds, stream: 2, partial: true);
        Assert.Equal(expected + " stderr P ", Encoding.UTF8.GetString(head));
        Assert.True(CriLine.TryParse(head, out byte stream, out bool partial));
        Assert.Equal((2, true), (stream, partial));
        Assert.True(CriLine.TryParseTime(head, out long back));
        Assert.Equal(nanoseconds, back);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-21T20:52:2")]
    [InlineData("2026-11-21T20:52:22.123456789Z stdout F")]
    [InlineData("2026-11-21T20:52:22.123456789Z stdin! F text")]
    [InlineData("2026-11-21T20:52:22.123456789Z stdout X text")]
    [InlineData("{\"log\":\"a line of some other format, long enough\"}")]
    public void TryParse_NotAnEntry_IsFalse(string line) => Assert.False(CriLine.TryParse(Encoding.UTF8.GetBytes(line), out _, out _));

    [Theory]
    [InlineData("2026-13-21T20:52:22.123456789Z")]
    [InlineData("2026-02-30T20:52:22.123456789Z")]
    [InlineData("2026-11-21T24:52:22.123456789Z")]
    [InlineData("20x6-11-21T20:52:22.123456789Z")]
    [InlineData("2026-11-21T20:52:22.12345678-Z")]
    [InlineData("2026-11-21T20:52:22.-23456789Z")]
    public void TryParseTime_NoSuchTime_IsFalse(string time) => Assert.False(CriLine.TryParseTime(Encoding.UTF8.GetBytes(time), out _));

    [Theory]
    [InlineData("", 0)]
    [InlineData("61", 1)]
    [InlineData("61C3", 1)]
    [InlineData("61C3A4", 3)]
    [InlineData("E282", 0)]
    [InlineData("E282AC", 3)]
    [InlineData("61F09F98", 1)]
    [InlineData("F09F9880", 4)]
    [InlineData("80808080", 4)]
    [InlineData("61FF80", 1)]
    public void WholeCharacters_EndsWithinOne_LeavesItOut(string hex, int whole) => Assert.Equal(whole, CriLine.WholeCharacters(Convert.FromHexString(hex)));
}
