using Brig.Linux.Proc;

namespace Brig.Linux.Tests.Proc;

public sealed class SmallTextTests
{
    [Fact]
    public void Parse_OwnLimits_AllSixteenByTheirNames()
    {
        var limits = LimitsText.Parse(File.ReadAllText("/proc/self/limits"));
        Assert.Equal(16, limits.Length);
        Assert.Contains(limits, limit => limit.Name == "nofile" && limit.Value.Split(':').Length == 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Max open files")]
    [InlineData("Max open files \n\n  \nMax open filesystems 1 2 x")]
    public void Parse_LimitsThatAreNone_AreLeftOut(string text) => Assert.Empty(LimitsText.Parse(text));

    [Fact]
    public void Parse_DirectoryEntries_Names()
    {
        byte[] entries = new byte[24 + 32];
        (entries[16], entries[18]) = (24, 4);
        "a\nb"u8.CopyTo(entries.AsSpan(19));
        entries[24 + 16] = 32;
        "longer name"u8.CopyTo(entries.AsSpan(24 + 19));
        Assert.Equal(["a\nb", "longer name"], DirectoryNames.Parse(entries).ToArray());
        Assert.Equal(["a\nb"], DirectoryNames.Parse(entries.AsSpan(0, 40)).ToArray());   // the second is cut off
    }

    [Fact]
    public void Parse_RandomDirectory_NeverThrowsNorLoops()
    {
        var random = new Random(7);
        byte[] bytes = new byte[200];
        for (int i = 0; i < 50_000; i++)
        {
            random.NextBytes(bytes);
            (bytes[16], bytes[17]) = ((byte)random.Next(60), 0);
            _ = DirectoryNames.Parse(bytes.AsSpan(0, random.Next(bytes.Length)));
        }
    }
}
