using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Brig.Tests;

/// <summary>An authority that nobody knows, and the certificates it signs for servers.</summary>
public sealed class OwnAuthority : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2 _own;

    public OwnAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _own = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(30), DateTimeOffset.UnixEpoch.AddYears(130));
    }

    /// <summary>What is to be believed, in PEM.</summary>
    public string Pem => _own.ExportCertificatePem();

    /// <param name="ended">It was good for a year, long ago.</param>
    public X509Certificate2 Sign(string name, IPAddress? address = null, bool ended = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (address is not null)
        {
            names.AddIpAddress(address);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(ForServers)], false));
        var from = DateTimeOffset.UnixEpoch.AddYears(31);
        using var signed = request.Create(_own, from, ended ? from.AddYears(1) : from.AddYears(90), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>The files of a server's certificate and its key.</summary>
    public static (string Certificate, string Key) Write(string folder, X509Certificate2 signed)
    {
        var files = (Certificate: folder + "/server.crt", Key: folder + "/server.key");
        File.WriteAllText(files.Certificate, signed.ExportCertificatePem());
        using var key = signed.GetECDsaPrivateKey()!;
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    public void Dispose() => _own.Dispose();
}
