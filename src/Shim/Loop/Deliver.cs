using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

internal static unsafe class Deliver
{
    private const long Patience = 10_000_000_000;

    /// <summary>Who has not taken what is his 10 s from now is given up.</summary>
    public static long Deadline() => Clock(CLOCK_MONOTONIC) + Patience;

    /// <summary>Waits until the peer has taken all that is queued.</summary>
    public static void Rest(Connection connection, long deadline)
    {
        connection.Flush();
        while (connection.Queued > 0 && !connection.Broken)
        {
            var left = (deadline - Clock(CLOCK_MONOTONIC)) / 1_000_000;
            var wait = new pollfd { fd = connection.Fd, events = POLLOUT };
            if (left <= 0 || poll(&wait, 1, (int)left) == 0)
                return;
            connection.Flush();
        }
    }
}
