using Brig.Linux.Wire;

namespace Brig.Linux.Tests.Wire;

public sealed class MessageRoundTripTests
{
    private static readonly ExitRecord s_exit = new(137, 9, true, 1_700_000_000_000_000_001, 1_700_000_001_000_000_002);

    [Fact]
    public void Parse_WhatToTextWrote_IsTheSame() => Assert.Equal(s_exit, ExitRecord.Parse(s_exit.ToText()));

    [Theory]
    [InlineData("")]
    [InlineData("code=x signal=0 oom=0 started=1 finished=2\n")]
    [InlineData("code=1 signal=0 oom=0 started=1\n")]
    public void Parse_NotAnExitRecord_ThrowsWireException(string text) => Assert.Throws<WireException>(() => ExitRecord.Parse(text));

    [Fact]
    public void Read_Status_IsWhatWasWritten()
    {
        var status = new StatusMessage(5, 6, 7, s_exit, "no space");
        Assert.Equal(status, StatusMessage.Read(status.Write()));
        var running = new StatusMessage(5, 6, 7, null, null);
        Assert.Equal(running, StatusMessage.Read(running.Write()));
    }

    [Fact]
    public void Read_Started_IsWhatWasWritten()
    {
        var step = new StepRecord(StepActor.Child, "mount", "\"proc\"", "0", 10, 20, "mount -t proc proc /proc");
        var started = StartedMessage.Read(new StartedMessage(5, 6, 7).Write());
        Assert.Equal((5, 6UL, 7L), (started.Pid, started.StartTicks, started.StartedAt));
        Assert.Equal(step, Assert.Single(BirthMessage.Read(new BirthMessage([step]).Write()).Steps));
    }

    [Fact]
    public void TryParse_FrameInPieces_WaitsForTheLastByte()
    {
        var frame = Requests.Input([1, 2, 3]);
        for (var length = 0; length < frame.Length; length++)
            Assert.False(Frame.TryParse(frame.AsSpan(0, length), out _, out _, out _));
        Assert.True(Frame.TryParse([.. frame, 99], out var type, out var payload, out var consumed));
        Assert.Equal(FrameType.Input, type);
        Assert.Equal([1, 2, 3], payload.ToArray());
        Assert.Equal(frame.Length, consumed);
    }

    [Fact]
    public void TryParse_LengthBeyondTheMaximum_ThrowsWireException() =>
        Assert.Throws<WireException>(() => Frame.TryParse([0, 0, 0, 0xff, 1], out _, out _, out _));
}
