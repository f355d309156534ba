using Microsoft.AspNetCore.Connections;

namespace Brig.Web.Api.Docker;

/// <summary>
/// Who has connected by TCP and shown no certificate yet. There are at most so many: for one more the oldest is cut off, since who has a certificate shows it at once,
/// so that those who have none neither fill our memory nor keep the others out.
/// </summary>
internal sealed class Strangers
{
    public const int Most = 128;

    private readonly Lock _gate = new();
    private readonly LinkedList<ConnectionContext> _oldestFirst = new();

    /// <summary>Before TLS.</summary>
    public async Task ComeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        ConnectionContext? cutOff = null;
        LinkedListNode<ConnectionContext> place;
        lock (_gate)
        {
            if (_oldestFirst.Count >= Most)
            {
                cutOff = _oldestFirst.First!.Value;
                _oldestFirst.RemoveFirst();
            }
            connection.Items[this] = place = _oldestFirst.AddLast(connection);
        }
        cutOff?.Abort(new ConnectionAbortedException("It showed no certificate, and others wait."));
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(place);
        }
    }

    /// <summary>Behind TLS, which lets nobody through without a certificate of ours.</summary>
    public Task AdmittedAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Items[this] is LinkedListNode<ConnectionContext> place)
        {
            Leave(place);
        }
        return next(connection);
    }

    private void Leave(LinkedListNode<ConnectionContext> place)
    {
        lock (_gate)
        {
            if (place.List is not null)
            {
                _oldestFirst.Remove(place);
            }
        }
    }
}
