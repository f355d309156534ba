using Brig.Engine.Networks.Dns;

namespace Brig.Engine.Tests.Dns;

public sealed class HostileMessageTests
{
    private readonly Scene _scene = new Scene().With("front", Scene.Endpoint("10.1.0.2", "web"));

    [Fact]
    public void Answer_RandomBytes_NeverThrows()
    {
        Random random = new(7);
        byte[] query = Message.Query("web", DnsType.A, edns: 1232);
        for (int i = 0; i < 200_000; i++)
        {
            byte[] message = new byte[random.Next(0, 80)];
            random.NextBytes(message);
            if (i % 2 == 0)   // near to a good one
            {
                message = (byte[])query.Clone();
                for (int n = random.Next(1, 4); n > 0; n--)
                {
                    message[random.Next(message.Length)] = (byte)random.Next(256);
                }
                message = message[..random.Next(message.Length + 1)];
            }
            if (_scene.Ask(message, tcp: i % 3 == 0, out var forward) is { } answer)
            {
                Assert.True((answer.Bytes[2] & 0x80) != 0 && answer.Bytes.AsSpan(0, 2).SequenceEqual(message.AsSpan(0, 2)));
            }
            else if (forward is { } query2)
            {
                Assert.InRange(query2.End, 17, message.Length);
                Release(message, query2);
            }
        }
    }

    [Fact]
    public void Answer_AnswerInsteadOfQuestion_NothingSoThatTwoServersNeverTalkForEver()
    {
        byte[] message = Message.Query("web", DnsType.A);
        message[2] |= 0x80;
        Assert.Null(_scene.Ask(message, tcp: false, out var forward));
        Assert.Null(forward);
    }

    [Theory]
    [InlineData(0xC0, 12)]    // to itself
    [InlineData(0xC0, 0)]     // into the header
    [InlineData(0xC0, 14)]    // forward
    [InlineData(0x80, 1)]     // no kind of label
    [InlineData(63, 1)]       // longer than the message
    public void Answer_NameThatLeadsNowhere_FormatError(int first, int second)
    {
        byte[] message = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte)first, (byte)second, 0, 1, 0, 1, 0];
        Assert.Equal(1, _scene.Ask(message, tcp: false, out _)!.Code);
    }

    [Fact]
    public void TryRead_PointersBackAndBack_End()
    {
        byte[] message = new byte[200];
        message[12] = 1;
        message[13] = (byte)'a';
        for (int at = 15; at < 100; at += 4)   // each a label and a pointer to the one before
        {
            message[at] = 1;
            message[at + 1] = (byte)'b';
            message[at + 2] = 0xC0;
            message[at + 3] = (byte)(at == 15 ? 12 : at - 4);
        }
        Span<char> text = stackalloc char[DnsName.MaxBytes];
        Assert.True(DnsName.TryRead(message, 99, text, out int length, out int after));
        Assert.Equal(103, after);
        Assert.Equal(45, length);
    }

    [Fact]
    public void Answer_NameOf256Bytes_FormatError()
    {
        byte[] message = Message.Query(string.Join('.', Enumerable.Repeat(new string('a', 63), 4)), DnsType.A);
        Assert.Equal(1, _scene.Ask(message, tcp: false, out _)!.Code);
    }

    [Theory]
    [InlineData("we\u0000b")]
    [InlineData("we\u00e9b")]
    [InlineData(" web")]
    public void Answer_LabelOfOddBytes_NoneOfOurs(string name)
    {
        byte[] message = Message.Query(name, DnsType.A);
        Assert.Null(_scene.Ask(message, tcp: false, out var forward));
        Release(message, forward!.Value);
    }

    [Fact]
    public void Answer_DotWithinALabel_IsNotTheNameWithTheDot()
    {
        byte[] message = Message.Query("web.front", DnsType.A);
        (message[12], message[16]) = (9, (byte)'.');   // one label "web.front"
        Assert.Null(_scene.Ask(message, tcp: false, out var forward));
        Assert.NotNull(forward);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Answer_NotOneQuestion_FormatError(byte count)
    {
        byte[] message = Message.Query("web", DnsType.A);
        message[5] = count;
        if (count == 2)
        {
            Assert.Equal(1, _scene.Ask(message, tcp: false, out _)!.Code);
            return;
        }
        Assert.Equal(1, _scene.Ask(message, tcp: false, out _)!.Code);
    }

    [Fact]
    public void Answer_Update_NotImplemented()
    {
        byte[] message = Message.Query("web", DnsType.A);
        message[2] |= 5 << 3;
        Assert.Equal(4, _scene.Ask(message, tcp: false, out _)!.Code);
    }

    [Fact]
    public void Answer_MoreAskedElsewhereThanMayBe_FailureAtOnce()
    {
        Assert.InRange(Flood(_scene), 32, 64);
        Assert.Equal(2, _scene.Ask("example.org")!.Code);
        Assert.Single(_scene.Ask("web")!.Addresses());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public async Task Answer_OthersAskMoreThanMayBe_OneThatAsksLittleIsHeard(int flooding)
    {
        ForwardBudget budget = new();
        int taken = Enumerable.Range(0, flooding).Sum(_ => Flood(new Scene(TimeProvider.System, budget).With("front")));
        Assert.InRange(taken, 64, ForwardBudget.Most - 32);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(2, (await new Scene(TimeProvider.System, budget).With("front").AskElsewhereAsync("example.org")).Code);   // asked, and nobody there to answer
        }
    }

    [Fact]
    public async Task Forward_Ended_ItsPlaceIsFree()
    {
        ForwardBudget budget = new();
        Scene scene = new Scene(TimeProvider.System, budget).With("front");
        for (int i = 0; i < 2 * ForwardBudget.Most; i++)
        {
            await scene.AskElsewhereAsync("example.org");
        }
        Assert.InRange(Flood(scene), 32, 64);
    }

    /// <returns>How many questions are let through that never end.</returns>
    private static int Flood(Scene scene)
    {
        for (int asked = 0; ; asked++)
        {
            scene.Ask(Message.Query("example.org", DnsType.A), tcp: false, out var forward);
            if (forward is null)
            {
                return asked;
            }
        }
    }

    /// <summary>With no server to be asked it ends at once, and its place is free again.</summary>
    private void Release(byte[] message, DnsQuery query) => Assert.True(_scene.Asker.ForwardAsync(message, query, tcp: false, CancellationToken.None).IsCompleted);
}
