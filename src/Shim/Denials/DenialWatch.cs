using Brig.Shim.Loop;
using static Brig.Linux.Libc;

namespace Brig.Shim.Denials;

/// <summary>The listener in the event loop: when it is watched, and when what it counted is told.</summary>
internal sealed unsafe class DenialWatch(Listener listener)
{
    private const int BetweenReports = 500, BetweenServings = 20;   // milliseconds
    private long _reported;
    private bool _watched, _closed;
    private byte[]? _message;

    /// <summary>Milliseconds until something is due; -1: nothing is.</summary>
    public int WakeIn()
    {
        var report = ReportIn();
        return listener.Exhausted && (report < 0 || report > BetweenServings) ? BetweenServings : report;
    }

    public void Serve() => listener.Serve();

    /// <summary>After each round of the loop.</summary>
    public void Tick(int epoll, int source, List<Connection?> connections)
    {
        if (listener.Exhausted)
            listener.Serve();
        Watch(epoll, source);
        if (ReportIn() == 0)
            Report(connections);
    }

    /// <summary>To one that has just come.</summary>
    public void Tell(Connection connection)
    {
        if (!listener.Table.IsEmpty)
            connection.Send(Everything());
    }

    /// <summary>A frame.</summary>
    public byte[] Everything() => listener.Table.Message();

    /// <summary>At the end, to all who are not behind; those are owed it still.</summary>
    public void TellAll(List<Connection?> connections)
    {
        if (listener.Table.IsEmpty)
            return;
        listener.News = true;
        Report(connections);
    }

    private int ReportIn() =>
        listener.News || _message is not null ? (int)Math.Max(0, BetweenReports - (Clock(CLOCK_MONOTONIC) - _reported) / 1_000_000) : -1;

    private void Watch(int epoll, int source)
    {
        var wanted = !listener.Exhausted && !listener.Ended;
        if (_closed || wanted == _watched)
            return;
        var change = new epoll_event { events = EPOLLIN, data = source };
        epoll_ctl(epoll, wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener.Fd, &change);
        _watched = wanted;
        if (!listener.Ended)
            return;
        close(listener.Fd);
        _closed = true;
    }

    /// <summary>Who is behind with his output is told later: what is told then is the newest.</summary>
    private void Report(List<Connection?> connections)
    {
        _reported = Clock(CLOCK_MONOTONIC);
        if (listener.News)
        {
            listener.News = false;
            _message = listener.Table.Message();
            foreach (var connection in connections)
                if (connection is not null)
                    connection.OwedDenials = true;
        }
        var behind = false;
        foreach (var connection in connections)
        {
            if (connection is not { OwedDenials: true, Broken: false })
                continue;
            if (connection.Queued > 0)
            {
                behind = true;
                continue;
            }
            connection.OwedDenials = false;
            connection.Send(_message);
        }
        if (!behind)
            _message = null;
    }
}
