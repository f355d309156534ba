using System.Collections.Immutable;
using System.Net;
using Brig.Engine.Networks.Dns;

namespace Brig.Engine.Tests.Dns;

/// <summary>One asker on networks of the test's choice.</summary>
internal sealed class Scene
{
    private readonly byte[] _answer = new byte[DnsReply.Most];

    public Scene(params IPEndPoint[] upstreams)
        : this(TimeProvider.System, upstreams)
    {
    }

    public Scene(TimeProvider time, params IPEndPoint[] upstreams)
        : this(time, new(), upstreams)
    {
    }

    /// <param name="budget">Of all who ask.</param>
    public Scene(TimeProvider time, ForwardBudget budget, params IPEndPoint[] upstreams)
    {
        Upstreams = new([.. upstreams], time);
        Asker = new(Names, () => Upstreams, new(time), budget, time);
    }

    public NameBook Names { get; } = new();
    public Upstreams Upstreams { get; }
    public Asker Asker { get; }

    public static NamedEndpoint Endpoint(string address, params string[] names) => new([.. names], [.. address.Split(' ').Select(IPAddress.Parse)]);

    public Scene With(string network, params NamedEndpoint[] endpoints)
    {
        Names.Publish(network, network, isInternal: false, [.. endpoints]);
        Asker.Knows = new([.. Asker.Knows.Networks, network], []);
        return this;
    }

    /// <summary>The answer from what is known here; null: it is asked elsewhere, or not answered.</summary>
    public Message? Ask(string name, DnsType type = DnsType.A, int? edns = null, bool tcp = false) => Ask(Message.Query(name, type, edns: edns), tcp, out _);

    public Message? Ask(byte[] query, bool tcp, out DnsQuery? forward)
    {
        int length = Asker.Answer(query, _answer, tcp, out forward);
        return length == 0 ? null : new(_answer[..length]);
    }

    public async Task<Message> AskElsewhereAsync(string name, bool tcp = false)
    {
        byte[] query = Message.Query(name, DnsType.A);
        Assert.Null(Ask(query, tcp, out var forward));
        return new((await Asker.ForwardAsync(query, forward!.Value, tcp, CancellationToken.None)).ToArray());
    }
}
