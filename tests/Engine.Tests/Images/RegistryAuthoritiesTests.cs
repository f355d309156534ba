using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Brig.Engine.Images.Registry;
using Brig.Tests;

namespace Brig.Engine.Tests.Images;

public sealed class RegistryAuthoritiesTests : IDisposable
{
    private const string Host = "registry.example";
    private readonly TempFolder _folder = new();
    private readonly OwnAuthority _ours = new("Ours"), _theirs = new("Theirs");

    public void Dispose()
    {
        _folder.Dispose();
        _ours.Dispose();
        _theirs.Dispose();
    }

    [Fact]
    public async Task Believe_AuthorityInTheHostsFolder_IsBelieved()
    {
        Put($"{Host}:5000", _theirs, "one.crt");
        Put($"{Host}:5000", _ours, "two.crt");
        using var signed = _ours.Sign(Host);
        await ShakeHandsAsync(signed, $"https://{Host}:5000/v2/");
    }

    [Theory]
    [InlineData("https://registry.example/v2/")]           // another port
    [InlineData("https://other.example:5000/v2/")]
    public async Task Believe_AuthorityInAnothersFolder_IsUnknown(string at)
    {
        Put($"{Host}:5000", _ours);
        using var signed = _ours.Sign(new Uri(at).Host);
        var untrusted = await Assert.ThrowsAsync<UntrustedCertificateException>(() => ShakeHandsAsync(signed, at));

        Assert.Equal("is signed by Ours, whom this machine does not know", untrusted.Message);
        Assert.True(untrusted.IsUnknown);
    }

    [Fact]
    public async Task Believe_AnotherAuthorityInTheFolder_IsUnknown()
    {
        Put(Host, _ours);
        using var signed = _theirs.Sign(Host);
        Assert.True((await Assert.ThrowsAsync<UntrustedCertificateException>(() => ShakeHandsAsync(signed, $"https://{Host}/"))).IsUnknown);
    }

    [Fact]
    public async Task Believe_ForAnotherName_IsRefusedWhoeverSigned()
    {
        Put(Host, _ours);
        using var signed = _ours.Sign("other.example");
        Assert.Contains("for another name: other.example", (await Assert.ThrowsAsync<UntrustedCertificateException>(() => ShakeHandsAsync(signed, $"https://{Host}/"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Believe_ItsTimeIsOver_IsRefusedWhoeverSigned()
    {
        Put(Host, _ours);
        using var signed = _ours.Sign(Host, ended: true);
        Assert.Contains("from 2001-01-01 00:00 to 2002-01-01 00:00 UTC", (await Assert.ThrowsAsync<UntrustedCertificateException>(() => ShakeHandsAsync(signed, $"https://{Host}/"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Believe_FileIsNoCertificate_IsNamed()
    {
        Put(Host, _ours);
        await File.WriteAllTextAsync(_folder.In(Host + "/ca.crt"), "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n");
        using var signed = _ours.Sign(Host);
        Assert.Contains($"{_folder.Path}/{Host}/ca.crt is no certificate", (await Assert.ThrowsAsync<UntrustedCertificateException>(() => ShakeHandsAsync(signed, $"https://{Host}/"))).Message, StringComparison.Ordinal);
    }

    private void Put(string registry, OwnAuthority authority, string name = "ca.crt")
    {
        Directory.CreateDirectory(_folder.In(registry));
        File.WriteAllText(_folder.In($"{registry}/{name}"), authority.Pem);
    }

    /// <summary>With a server that shows this certificate.</summary>
    private async Task ShakeHandsAsync(X509Certificate2 shown, string at)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var to = new TcpClient();
        await to.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var from = await listener.AcceptTcpClientAsync();
        await using var server = new SslStream(from.GetStream());
        await using var client = new SslStream(to.GetStream(), false, new RegistryAuthorities(_folder.Path, new(at)).Believe);
        var serving = server.AuthenticateAsServerAsync(shown);
        try
        {
            await client.AuthenticateAsClientAsync(new Uri(at).Host);
        }
        finally
        {
            to.Close();
            await serving.ContinueWith(_ => { }, TaskScheduler.Default);    // it may have ended by our leaving
        }
    }
}
