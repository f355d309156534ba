using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Brig.Engine;
using Brig.Web.Clients;
using Brig.Web.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using static Microsoft.Extensions.Options.Options;

namespace Brig.Web.Api.Docker;

/// <summary>
/// Docker's Engine API on a unix socket: a server beside the dashboard's, with a pipeline of its own. Neither has a route of the other, so nothing that a browser can reach is here, and no cookie counts.
/// Whoever can open the socket (mode 0660) commands Brig, as with Docker's; so does, where that is switched on, who comes by TCP with a certificate of the right authority.
/// </summary>
internal sealed partial class DockerServer(BrigOptions options, IEngineStatus engine, IServiceProvider services, DockerClients clients, ILoggerFactory logs, ILogger<DockerServer> log) : IHostedService, IDisposable
{
    /// <summary>Bytes of a request's first line, and of its headers.</summary>
    private const int MostHead = 1024 * 1024;

    /// <summary>Until a certificate is shown.</summary>
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    private const UnixFileMode Group = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Made before any service starts, for they start beside each other: this adds its endpoints to the list of all that the dashboard's server goes through in its start.</summary>
    private readonly RequestDelegate? _pipeline = options is { DockerSocket: null, DockerTcp: null } ? null : DockerRoutes.Pipeline(services);
    private KestrelServer? _server;

    /// <summary>Where it listens by TCP; null: it does not.</summary>
    public Uri? Tcp => _server?.Features.Get<IServerAddressesFeature>()?.Addresses.Select(text => new Uri(text.Replace("unix:/", "unix:///", StringComparison.Ordinal))).FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttps);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_pipeline is null)
        {
            return;
        }
        try
        {
            await engine.Ready.WaitAsync(cancellationToken);   // it holds BRIG_RUN's lock then, so what lies at our socket's path is nobody's
        }
        catch (EngineException)
        {
            return;   // the host ends, and says why
        }
        Task Count(ConnectionContext connection, ConnectionDelegate next) => clients.RunAsync(connection, next);
        if (options is { SocketGroup: { } group, DockerSocket: { } socket } && Path.GetDirectoryName(socket) == options.Engine.Run)
        {
            group.Take(options.Engine.Run);   // the folder is root's alone else, and the way to the socket leads through it
            File.SetUnixFileMode(options.Engine.Run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        }
        _server = On(options.DockerSocket, services, logs, options.SocketGroup, options.DockerTcp, Count);
        await _server.StartAsync(new DockerApplication(_pipeline, services.GetRequiredService<IHttpContextFactory>()), cancellationToken);
        LogListens(string.Join(" and ", new[] { options.DockerSocket, options.DockerTcp?.Endpoint.ToString() }.OfType<string>()));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            await _server.StopAsync(cancellationToken);
            Remove(options.DockerSocket);
        }
    }

    /// <summary>Its folder may be gone.</summary>
    private static void Remove(string? path)
    {
        try
        {
            if (path is not null)
            {
                File.Delete(path);
            }
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    public void Dispose() => _server?.Dispose();

    public static KestrelServer On(
        string? path, IServiceProvider services, ILoggerFactory logs, SocketGroup? group = null, DockerTcp? tcp = null, Func<ConnectionContext, ConnectionDelegate, Task>? count = null)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = ApiLimits.Body;
        // As Go's server: a build's arguments and labels come in the query.
        kestrel.Limits.MaxRequestLineSize = kestrel.Limits.MaxRequestHeadersTotalSize = MostHead;
        kestrel.Limits.MaxRequestBufferSize = 2 * MostHead;
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var strangers = new Strangers();
        void Listen(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            if (listen.IPEndPoint is not null)
            {
                listen.Use(next => connection => strangers.ComeAsync(connection, next));
                listen.UseHttps(https => Secure(https, tcp!));
                listen.Use(next => connection => strangers.AdmittedAsync(connection, next));
            }
            if (count is not null)
            {
                listen.Use(next => connection => count(connection, next));
            }
            listen.Use(next => connection => HijackableConnection.RunAsync(connection, time, next));
        }
        if (path is not null)
        {
            kestrel.ListenUnixSocket(path, Listen);
        }
        if (tcp is not null)
        {
            kestrel.Listen(tcp.Endpoint, Listen);
        }
        var sockets = new SocketTransportOptions { UnsafePreferInlineScheduling = true, CreateBoundListenSocket = endpoint => endpoint is IPEndPoint ? OwnPortGuard.Bind(endpoint, services) : Bind(path!, group) };
        LargeBlocks.UseIn(sockets);
        return new(Create(kestrel), new SocketTransportFactory(Create(sockets), logs), logs);
    }

    private static void Secure(HttpsConnectionAdapterOptions https, DockerTcp tcp)
    {
        https.HandshakeTimeout = HandshakeLimit;
        https.ServerCertificate = tcp.Certificate;
        https.ServerCertificateChain = tcp.Chain;
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = tcp.Policy();   // else the chain that is built before the next line is asked fetches issuers
        https.ClientCertificateValidation = (certificate, chain, _) => tcp.Admits(certificate, chain?.ChainPolicy.ExtraStore);
    }

    /// <summary>Nobody can connect before listen(2), and the mode is right by then.</summary>
    private static Socket Bind(string path, SocketGroup? group)
    {
        Clear(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        group?.Take(path);
        File.SetUnixFileMode(path, Group);
        return socket;
    }

    /// <summary>Takes away the socket of a Brig that was killed. What a program listens at is not ours, nor is a file with something in it.</summary>
    private static void Clear(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }
        if (IsLeft(path))
        {
            File.Delete(path);
            return;
        }
        throw new BadOptionException($"BRIG_SOCKET is {path}, where another program listens or a file lies that is no socket; end that program, or name another path.");
    }

    /// <summary>unix(7): only at a socket that nobody has any more, connecting is refused; so it is at a file.</summary>
    private static bool IsLeft(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Docker's API is at {Path}")]
    private partial void LogListens(string path);
}
