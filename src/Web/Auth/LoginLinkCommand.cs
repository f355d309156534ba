using System.Net.Sockets;
using Brig.Web.Options;

namespace Brig.Web.Auth;

/// <summary><c>brig login-link</c>: prints a new one-time link of the Brig that runs on the same BRIG_RUN.</summary>
internal static class LoginLinkCommand
{
    /// <summary>Exit code 0 and the link on stdout, or 1 and a sentence on stderr.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = BrigOptionsReader.Read(new ConfigurationBuilder().AddBrig(args).Build());
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(options.LoginSocket));
            using var reader = new StreamReader(new NetworkStream(socket));
            if (await reader.ReadLineAsync() is { Length: > 0 } link)
            {
                Console.Out.WriteLine(link);
                return 0;
            }
            Console.Error.WriteLine("Brig is starting and has no login link yet; try again in a moment.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            Console.Error.WriteLine($"Only the user Brig runs as can open {options.LoginSocket}.");
        }
        catch (SocketException)
        {
            Console.Error.WriteLine($"No Brig runs with BRIG_RUN={options.Engine.Run}: nothing listens on {options.LoginSocket}.");
        }
        return 1;
    }
}
