using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Brig.Api.Tests.Support;
using Brig.Web.Api.Docker;
using Brig.Web.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Docker;

public sealed class DockerTcpTests : IDisposable
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2", ForServers = "1.3.6.1.5.5.7.3.1";
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-tls-").FullName;
    private readonly X509Certificate2 _authority = Authority("ours"), _stranger = Authority("theirs");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true, ForClients, true)]
    [InlineData(false, ForClients, false)]    // of another authority
    [InlineData(true, ForServers, false)]     // a server's
    [InlineData(null, ForClients, false)]     // none
    public async Task Client_WithACertificate_GetsInByOursAlone(bool? ours, string purpose, bool getsIn)
    {
        Write("ca", _authority);
        Write("server", Signed(_authority, "server", ForServers));
        var tcp = DockerTcp.Read("127.0.0.1:9", $"{_folder}/ca.pem", $"{_folder}/server.pem", $"{_folder}/server.key")! with { Endpoint = new(IPAddress.Loopback, 0) };
        await using var brig = await TestBrig.StartAsync(change: options => options with { DockerTcp = tcp });
        var client = ours is { } own ? Signed(own ? _authority : _stranger, "client", purpose) : null;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new() { ClientCertificates = client is null ? [] : [client], RemoteCertificateValidationCallback = (_, server, _, _) => server?.Issuer == "CN=ours", LocalCertificateSelectionCallback = (_, _, _, _, _) => client! },
        });
        var address = new Uri(brig.Services.GetRequiredService<DockerServer>().Tcp!, "/_ping");
        if (getsIn)
        {
            Assert.Equal("OK", await http.GetStringAsync(address));
        }
        else
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(address));
        }
    }

    [Fact]
    public async Task Tcp_PlainOrOldTls_IsRefused()
    {
        Write("ca", _authority);
        Write("server", Signed(_authority, "server", ForServers));
        var tcp = DockerTcp.Read("127.0.0.1:9", $"{_folder}/ca.pem", $"{_folder}/server.pem", $"{_folder}/server.key")! with { Endpoint = new(IPAddress.Loopback, 0) };
        await using var brig = await TestBrig.StartAsync(change: options => options with { DockerTcp = tcp });
        int port = brig.Services.GetRequiredService<DockerServer>().Tcp!.Port;
        using var http = new HttpClient();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/_ping")));
        using var old = new TcpClient("127.0.0.1", port);
        await using var tls = new SslStream(old.GetStream(), false, (_, server, _, _) => server?.Issuer == "CN=ours");
#pragma warning disable SYSLIB0039, CA5397 // that it is old is the point
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "server", EnabledSslProtocols = SslProtocols.Tls11 }));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Fact]
    public void Read_SomethingIsMissing_SaysWhat()
    {
        Assert.Null(DockerTcp.Read(null, null, null, null));
        Assert.StartsWith("BRIG_DOCKER_KEY is missing:", Assert.Throws<BadOptionException>(() => DockerTcp.Read("127.0.0.1:2376", "/a", "/b", null)).Message, StringComparison.Ordinal);
        Assert.StartsWith("BRIG_DOCKER_TCP is missing:", Assert.Throws<BadOptionException>(() => DockerTcp.Read(null, "/a", null, null)).Message, StringComparison.Ordinal);
        Assert.Contains("as 0.0.0.0:2376", Assert.Throws<BadOptionException>(() => DockerTcp.Read("here", "/a", "/b", "/c")).Message, StringComparison.Ordinal);
        Assert.StartsWith("BRIG_DOCKER_CA is /nowhere", Assert.Throws<BadOptionException>(() => DockerTcp.Read("127.0.0.1:2376", "/nowhere", "/b", "/c")).Message, StringComparison.Ordinal);
        Write("ca", _authority);
        Write("server", Signed(_authority, "server", ForServers));
        Write("other", Signed(_authority, "other", ForServers));
        Assert.StartsWith("BRIG_DOCKER_KEY is ", Assert.Throws<BadOptionException>(() => DockerTcp.Read("127.0.0.1:2376", $"{_folder}/ca.pem", $"{_folder}/server.pem", $"{_folder}/other.key")).Message, StringComparison.Ordinal);
    }

    private void Write(string name, X509Certificate2 certificate)
    {
        File.WriteAllText($"{_folder}/{name}.pem", certificate.ExportCertificatePem());
        File.WriteAllText($"{_folder}/{name}.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 Authority(string name)
    {
        var request = new CertificateRequest($"CN={name}", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-2), TimeProvider.System.GetUtcNow().AddDays(2));
    }

    private static X509Certificate2 Signed(X509Certificate2 authority, string name, string purpose)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        using var signed = request.Create(authority, TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
