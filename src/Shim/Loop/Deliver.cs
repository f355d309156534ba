using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

internal static unsafe class Deliver
{
    private const int Patience = 10_000;

    /// <summary>Waits until the peer has taken all that is queued; one that takes nothing for 10 s is given up.</summary>
    public static void Rest(Connection connection)
    {
        connection.Flush();
        while (connection.Queued > 0 && !connection.Broken)
        {
            var wait = new pollfd { fd = connection.Fd, events = POLLOUT };
            if (poll(&wait, 1, Patience) == 0)
                return;
            connection.Flush();
        }
    }
}
