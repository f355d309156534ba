using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

/// <summary>After the end: what is queued goes to all at once, each as quickly as it takes it.</summary>
internal static unsafe class Deliver
{
    /// <summary>Nanoseconds; who takes nothing for so long is given up.</summary>
    private const long Patience = 10_000_000_000;

    public static void Rest(List<Connection?> connections)
    {
        List<(Connection Connection, long GivenUpAt)> waiting = [];
        foreach (var connection in connections)
            if (connection is not null && Flush(connection))
                waiting.Add((connection, Clock(CLOCK_MONOTONIC) + Patience));
        while (waiting.Count > 0)
        {
            Await(waiting);
            var now = Clock(CLOCK_MONOTONIC);
            for (var i = waiting.Count - 1; i >= 0; i--)
            {
                var (connection, givenUpAt) = waiting[i];
                var before = connection.Queued;
                if (!Flush(connection))
                    waiting.RemoveAt(i);
                else if (connection.Queued != before)
                    waiting[i] = (connection, now + Patience);
                else if (now >= givenUpAt)
                    waiting.RemoveAt(i);
            }
        }
    }

    /// <summary>Whether something is left for it.</summary>
    private static bool Flush(Connection connection)
    {
        connection.Flush();
        return connection.Queued > 0 && !connection.Broken;
    }

    private static void Await(List<(Connection Connection, long GivenUpAt)> waiting)
    {
        var polled = new pollfd[waiting.Count];
        var first = long.MaxValue;
        for (var i = 0; i < polled.Length; i++)
        {
            polled[i] = new() { fd = waiting[i].Connection.Fd, events = POLLOUT };
            first = Math.Min(first, waiting[i].GivenUpAt);
        }
        fixed (pollfd* all = polled)
            poll(all, (nuint)polled.Length, (int)Math.Max(0, (first - Clock(CLOCK_MONOTONIC)) / 1_000_000 + 1));
    }
}
