using System.Collections.Immutable;
using System.Net;

namespace Brig.Engine.Networks.Dns;

/// <summary>Answers the queries of one container, however they come.</summary>
internal sealed class Asker(NameBook names, Func<Upstreams> host, Forwarder forwarder, ForwardBudget budget, TimeProvider time)
{
    private volatile Scope _scope = new(new([], []), null);
    private View? _view;
    private int _forwarded;

    public DnsScope Knows
    {
        get => _scope.Knows;
        set => _scope = new(value, value.Servers.IsEmpty ? null : new Upstreams([.. value.Servers.Select(s => new IPEndPoint(s, ResolvConf.Port))], time));
    }

    /// <summary>Answers from what is known here.</summary>
    /// <param name="to">Takes the answer.</param>
    /// <param name="tcp">The answer may be long.</param>
    /// <param name="forward">Nobody here knows: ask elsewhere, with this question.</param>
    /// <returns>The length of the answer; 0: there is none yet, or never.</returns>
    public int Answer(ReadOnlySpan<byte> message, Span<byte> to, bool tcp, out DnsQuery? forward)
    {
        forward = null;
        Span<char> name = stackalloc char[DnsName.MaxBytes];
        if (!DnsQuery.TryRead(message, name, out var query, out var problem))
        {
            return problem is { } code ? DnsReply.Refuse(message, query, code, to) : 0;
        }
        var zones = Zones();
        int length = Answers.Write(message, query, name[..query.NameLength], zones, to, tcp ? to.Length : query.UdpSize);
        if (length > 0)
        {
            return length;
        }
        if (!MayForward(zones))
        {
            return DnsReply.Refuse(message, query, DnsCode.NoSuchName, to);
        }
        if (!budget.TryTake(ref _forwarded))
        {
            return DnsReply.Refuse(message, query, DnsCode.ServerFailure, to);
        }
        forward = query;
        return 0;
    }

    /// <summary>Asks elsewhere what <see cref="Answer"/> said to; call it once for each such question.</summary>
    public async Task<ReadOnlyMemory<byte>> ForwardAsync(ReadOnlyMemory<byte> message, DnsQuery query, bool tcp, CancellationToken stop)
    {
        try
        {
            if (await forwarder.AskAsync(message, query.End, tcp, _scope.Servers ?? host(), stop) is { } answer)
            {
                return answer;
            }
            byte[] failure = new byte[DnsQuery.SmallestUdp];
            return failure.AsMemory(0, DnsReply.Refuse(message.Span, query, DnsCode.ServerFailure, failure));
        }
        finally
        {
            budget.Release(ref _forwarded);
        }
    }

    /// <summary>Who is on internal networks only is told nothing of elsewhere: questions carry what one puts into them.</summary>
    private static bool MayForward(ImmutableArray<Zone> zones)
    {
        foreach (var zone in zones)
        {
            if (!zone.IsInternal)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Of the networks it is on; kept until there is something else to see, so that a query makes no garbage.</summary>
    private ImmutableArray<Zone> Zones()
    {
        var (now, scope) = (names.Now, _scope);
        if (_view is { } view && view.Names == now && ReferenceEquals(view.Scope, scope))
        {
            return view.Zones;
        }
        ImmutableArray<Zone> zones = [.. scope.Knows.Networks.Select(network => now.GetValueOrDefault(network)).OfType<Zone>()];
        _view = new(now, scope, zones);
        return zones;
    }

    private sealed record View(ImmutableDictionary<string, Zone> Names, Scope Scope, ImmutableArray<Zone> Zones);

    private sealed record Scope(DnsScope Knows, Upstreams? Servers);
}
