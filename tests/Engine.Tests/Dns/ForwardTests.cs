using System.Diagnostics;
using System.Net;
using Brig.Engine.Networks.Dns;
using Brig.Tests;

namespace Brig.Engine.Tests.Dns;

public sealed class ForwardTests
{
    private static readonly IPAddress Answered = IPAddress.Parse("192.0.2.7");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Forward_NameOfElsewhere_AnswerWithTheAskersId(bool tcp)
    {
        using FakeUpstream server = new(q => Message.Answer(q, Answered));
        var answer = await new Scene(server.Address).With("front").AskElsewhereAsync("example.org", tcp);
        Assert.Equal((ushort)0x1234, answer.Id);
        Assert.Equal([Answered], answer.Addresses());
    }

    [Fact]
    public async Task Forward_ManyTimes_IdsAndPortsAreRandom()
    {
        using FakeUpstream server = new(q => Message.Answer(q, Answered));
        var scene = new Scene(server.Address).With("front");
        for (int i = 0; i < 20; i++)
        {
            await scene.AskElsewhereAsync("example.org");
        }
        Assert.InRange(server.Asked.Select(a => (a.Query[0], a.Query[1])).Distinct().Count(), 18, 20);
        Assert.InRange(server.Asked.Select(a => a.Port).Distinct().Count(), 15, 20);
    }

    [Fact]
    public async Task Forward_FirstServerHangs_TheSecondAnswersAndIsTheFirstFromThenOn()
    {
        using FakeUpstream silent = new(_ => null), good = new(q => Message.Answer(q, Answered));
        var scene = new Scene(silent.Address, good.Address).With("front");
        var other = scene.AskElsewhereAsync("example.org");
        Assert.Equal(3, scene.Ask("web.front.arpa", DnsType.A) is null ? 3 : 0);   // nobody waits behind it
        Assert.Equal([Answered], (await other).Addresses());
        await scene.AskElsewhereAsync("example.net");
        Assert.Single(silent.Asked);
    }

    [Fact]
    public async Task Forward_FirstServerIsNotThere_TheSecondAnswersAtOnce()
    {
        FakeUpstream gone = new(_ => null);
        gone.Dispose();
        using FakeUpstream good = new(q => Message.Answer(q, Answered));
        var scene = new Scene(new StoppedTime(), gone.Address, good.Address).With("front");
        Assert.Equal([Answered], (await scene.AskElsewhereAsync("example.org").WaitAsync(Wait.Limit)).Addresses());
    }

    /// <summary>Whoever waits for a time to pass waits for ever.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;
            public void Dispose() { }
            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Forward_FirstServerCannotOrWillNot_TheSecondIsAsked(int code)
    {
        using FakeUpstream bad = new(q => Message.Answer(q, Answered, code)), good = new(q => Message.Answer(q, Answered));
        Assert.Equal([Answered], (await new Scene(bad.Address, good.Address).With("front").AskElsewhereAsync("example.org")).Addresses());
    }

    [Fact]
    public async Task Forward_NoSuchName_IsAnAnswer()
    {
        using FakeUpstream first = new(q => Message.Answer(q, Answered, 3)), second = new(q => Message.Answer(q, Answered));
        Assert.Equal(3, (await new Scene(new StoppedTime(), first.Address, second.Address).With("front").AskElsewhereAsync("example.org").WaitAsync(Wait.Limit)).Code);
        Assert.Empty(second.Asked);
    }

    [Fact]
    public async Task Forward_NobodyAnswers_FailureBeforeTheAskerGivesUp()
    {
        using FakeUpstream silent = new(_ => null);
        long begin = Stopwatch.GetTimestamp();
        var answer = await new Scene(silent.Address).With("front").AskElsewhereAsync("example.org");
        Assert.Equal((2, (ushort)0x1234), (answer.Code, answer.Id));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.FromSeconds(3), Wait.Limit);
        Assert.Equal(2, silent.Asked.Count);
    }

    [Fact]
    public async Task Forward_AnswersToAnotherQuestion_AreNotHeard()
    {
        int nth = 0;
        using FakeUpstream liar = new(q =>
        {
            byte[] answer = Message.Answer(q, IPAddress.Parse("203.0.113.66"));
            switch (nth++)
            {
                case 0: answer[0] ^= 0x55; break;                       // another id
                default: answer[13] ^= 0x20; break;                     // another name
            }
            return answer;
        }), honest = new(q => Message.Answer(q, Answered));
        Assert.Equal([Answered], (await new Scene(liar.Address, honest.Address).With("front").AskElsewhereAsync("example.org")).Addresses());
        Assert.Equal([Answered], (await new Scene(liar.Address, honest.Address).With("front").AskElsewhereAsync("example.org")).Addresses());
    }

    [Fact]
    public void ResolvConf_HostsFile_ServersInOrder()
    {
        var conf = ResolvConf.Parse("# made by hand\nnameserver 127.0.0.53\nnameserver fe80::1%2\n nameserver nonsense\noptions edns0\nsearch a.example b.example\n");
        Assert.Equal(["127.0.0.53:53", "[fe80::1%2]:53"], conf.Servers.Select(s => s.ToString()));
        Assert.Equal(["a.example", "b.example"], conf.Search.ToArray());
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 53)], ResolvConf.Parse("").Servers.ToArray());
    }

    [Fact]
    public void HostResolvers_FileWrittenAnew_OtherServers()
    {
        using TempFolder folder = new();
        string file = Path.Combine(folder.Path, "resolv.conf");
        Metrics.ManualTime time = new();
        HostResolvers resolvers = new(time, file);
        Assert.Equal(IPAddress.Loopback, resolvers.Now.Servers.Single().Address);
        File.WriteAllText(file, "nameserver 192.0.2.1\n");
        time.Advance(TimeSpan.FromSeconds(1));
        var first = resolvers.Now;
        Assert.Equal("192.0.2.1", first.Servers.Single().Address.ToString());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(first, resolvers.Now);
        File.WriteAllText(file, "nameserver 192.0.2.22\n");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("192.0.2.22", resolvers.Now.Servers.Single().Address.ToString());
    }
}
