using System.IO.Pipelines;
using System.Text;
using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>A connection that a request may take over.</summary>
internal interface IHijack
{
    bool IsTaken { get; }

    /// <summary>Nobody reads any more, or the request has ended. Shutting the writing end alone is no reason.</summary>
    CancellationToken Gone { get; }

    /// <summary>From now on what is read and written is the caller's. The request's body must have been read to its end.</summary>
    IDuplexPipe Take();
}

/// <summary>Docker's raw streams (attach and exec start, "Hijacking" in its reference).</summary>
internal static class Hijack
{
    public const string Raw = "application/vnd.docker.raw-stream";
    public const string Multiplexed = "application/vnd.docker.multiplexed-stream";

    private const int LongestBody = 64 * 1024;

    /// <summary>Of a terminal's bytes, and of those of pipes, which are framed; clients before 1.42 do not know the difference.</summary>
    public static string TypeOf(HttpContext http, bool tty) => tty || ApiVersion.Of(http).IsBefore(1, 42) ? Raw : Multiplexed;

    public static bool IsTaken(HttpContext http) => http.Features.Get<IHijack>() is { IsTaken: true };

    /// <summary>
    /// Answers 101 to a client that asked for an upgrade, 200 to one that did not, and both read and write raw bytes from then on. When the caller returns, what was written is sent and the connection closed.
    /// </summary>
    public static async Task<(IDuplexPipe Pipe, CancellationToken Gone)> TakeAsync(HttpContext http, string contentType)
    {
        var hijack = http.Features.Get<IHijack>() ?? throw EngineException.Invalid("This connection cannot be taken over; use Brig's socket.");
        await SwallowBodyAsync(http);
        bool upgrade = http.Request.Headers.Upgrade.Count > 0;
        string head = upgrade
            ? $"HTTP/1.1 101 UPGRADED\r\nContent-Type: {contentType}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\n";
        foreach (var (name, value) in http.Response.Headers)
        {
            head += $"{name}: {value}\r\n";
        }
        http.Response.Headers.Connection = "close";   // of the answer that nobody sees: the HTTP server reads no request after this one
        var pipe = hijack.Take();
        await pipe.Output.WriteAsync(Encoding.ASCII.GetBytes(head + "\r\n"), hijack.Gone);
        return (pipe, hijack.Gone);
    }

    /// <summary>dockerode sends what it asks for once more as a body, which is nothing that was typed. The server ends a body that comes too slowly.</summary>
    private static async Task SwallowBodyAsync(HttpContext http)
    {
        byte[] piece = new byte[4096];
        for (int total = 0; await http.Request.Body.ReadAsync(piece, http.RequestAborted) is > 0 and var count;)
        {
            total += count;
            if (total > LongestBody)
            {
                throw new DockerException(StatusCodes.Status413PayloadTooLarge, $"The request's body is longer than {LongestBody / 1024} KiB; what is for the program comes after the answer.");
            }
        }
    }
}
