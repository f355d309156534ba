using System.Net.Sockets;
using System.Text;
using Brig.Engine;
using Brig.Web.Options;

namespace Brig.Web.Auth;

/// <summary>
/// Gives a new login link to whoever can open BRIG_RUN/login.sock, which only Brig's own user can (mode 0600).
/// One connection, one line, closed.
/// </summary>
internal sealed partial class LoginSocket(BrigOptions options, IEngineStatus engine, LoginAddress address, ILogger<LoginSocket> log) : BackgroundService
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await engine.Ready.WaitAsync(stoppingToken); // it holds BRIG_RUN's lock then, so what lies at our socket's path is nobody's
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            return; // the host ends, and says why
        }
        Listen();
        await AnswerAsync(stoppingToken);
    }

    private void Listen()
    {
        File.Delete(options.LoginSocket);
        _listener.Bind(new UnixDomainSocketEndPoint(options.LoginSocket));
        File.SetUnixFileMode(options.LoginSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen(4); // only now can anybody connect, and the mode is right already
    }

    private async Task AnswerAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var asking = await _listener.AcceptAsync(stop);
                await asking.SendAsync(Encoding.UTF8.GetBytes(address.NewLink() + "\n"), stop);
                asking.Shutdown(SocketShutdown.Both);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return; // the host ends
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                LogNotAnswered(e.Message);
            }
        }
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A login link was asked for and not delivered: {Reason}")]
    private partial void LogNotAnswered(string reason);
}
