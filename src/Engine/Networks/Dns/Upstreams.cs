using System.Collections.Immutable;
using System.Net;

namespace Brig.Engine.Networks.Dns;

/// <summary>Name servers in the order they are to be asked: as they were given, but one that did not answer lately comes last.</summary>
internal sealed class Upstreams(ImmutableArray<IPEndPoint> servers, TimeProvider time)
{
    private static readonly TimeSpan Penalty = TimeSpan.FromSeconds(20);

    private readonly long[] _failedAt = new long[servers.Length];

    public ImmutableArray<IPEndPoint> Servers => servers;

    public ImmutableArray<int> InOrder()
    {
        var order = ImmutableArray.CreateBuilder<int>(servers.Length);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < servers.Length; i++)
            {
                if (IsPunished(i) == (pass == 1))
                {
                    order.Add(i);
                }
            }
        }
        return order.MoveToImmutable();
    }

    public void Failed(int server) => Volatile.Write(ref _failedAt[server], time.GetTimestamp());

    public void Answered(int server) => Volatile.Write(ref _failedAt[server], 0);

    private bool IsPunished(int server) => Volatile.Read(ref _failedAt[server]) is not 0 and var at && time.GetElapsedTime(at) < Penalty;
}
