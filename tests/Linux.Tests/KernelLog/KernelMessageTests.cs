using System.Text;
using Brig.Linux.KernelLog;

namespace Brig.Linux.Tests.KernelLog;

public sealed class KernelMessageTests
{
    [Fact]
    public void TryParse_KernelsRecord_SequenceTimeAndText()
    {
        Assert.True(KernelMessage.TryParse("6,207895,34723311280,-;oom-kill:constraint=CONSTRAINT_MEMCG,a;b\n SUBSYSTEM=mm\n"u8, out var message));
        Assert.Equal(new KernelMessage(207895, 34723311280, "oom-kill:constraint=CONSTRAINT_MEMCG,a;b"), message);
    }

    [Theory]
    [InlineData("12,1,2,-;Memory cgroup out of memory: Killed process 1 (faked)")]   // facility 1: written by a process
    [InlineData("6,1;no time")]
    [InlineData("6,1,2 no text")]
    [InlineData("")]
    [InlineData("x,1,2,-;text")]
    public void TryParse_AnothersOrTorn_IsNone(string record) => Assert.False(KernelMessage.TryParse(Encoding.UTF8.GetBytes(record), out _));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(@"a\x0ab", "a\nb")]
    [InlineData(@"\xc3\xbc", "ü")]
    [InlineData(@"\x5cx0a", @"\x0a")]
    [InlineData(@"torn\x0", @"torn\x0")]
    public void Unescape_KernelsEscapes_BytesAgain(string text, string expected) => Assert.Equal(expected, KernelMessage.Unescape(text));

    [Fact]
    public void TryRead_WrittenByAProcess_IsPassedOver()
    {
        string mark = $"brig-test-{Guid.NewGuid():n}";
        using var messages = KernelMessages.TryOpen(out _);
        if (messages is null)
        {
            return;   // not to be read on this machine: nothing can be faked either
        }
        File.WriteAllText("/dev/kmsg", $"<6>{mark}\n");
        var read = new List<string>();
        while (messages.TryRead(out var message))
        {
            read.Add(message.Text);
        }
        Assert.DoesNotContain(read, text => text.Contains(mark, StringComparison.Ordinal));
    }

    [Fact]
    public void TryOpen_NotThere_SaysErrno()
    {
        Assert.Null(KernelMessages.TryOpen(out int errno, "/nowhere/kmsg"));
        Assert.Equal(Errno.ENOENT, errno);
    }
}
