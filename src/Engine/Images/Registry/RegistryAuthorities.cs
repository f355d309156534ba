using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Brig.Engine.Images.Registry;

/// <summary>
/// Whose signature on a host's certificate is believed: the machine's authorities, and beside them those in a folder of the host's own, <c>HOST:PORT/*.crt</c> in PEM, as dockerd has it
/// ("Verify repository client with certificates"). They are read at each handshake and count for this host alone.
/// </summary>
internal sealed class RegistryAuthorities
{
    public static readonly RegistryAuthorities None = new();

    private readonly string? _folder;

    private RegistryAuthorities()
    {
    }

    /// <param name="at">The port is left out where it is 443.</param>
    public RegistryAuthorities(string folder, Uri at) => _folder = at.Host.Trim('.').Length > 0 ? $"{folder}/{at.Authority}" : null;

    public bool Exist => Directory.Exists(_folder);

    /// <summary>What to do where nobody knows who signed.</summary>
    public string Remedy =>
        $"If you know it, put the certificate of its authority at {_folder}/ca.crt, for this registry alone, or in /usr/local/share/ca-certificates, for the whole machine, and run update-ca-certificates.";

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    /// <exception cref="UntrustedCertificateException">Not.</exception>
    public bool Believe(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) => (errors, shown) switch
    {
        (SslPolicyErrors.None, _) => true,
        (_, not X509Certificate2) => throw new UntrustedCertificateException("is missing: it shows none"),
        (_, X509Certificate2 one) when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => throw new UntrustedCertificateException(
            $"is for another name: {Text.Short(one.GetNameInfo(X509NameType.DnsName, forIssuer: false))}. Call the registry by a name, or an address, that stands in it"),
        (_, X509Certificate2 one) => IsSignedByOwn(one, chain!) ? true : throw Wrong(one, chain!),
    };

    private bool IsSignedByOwn(X509Certificate2 shown, X509Chain chain)
    {
        if (!Exist)
        {
            return false;
        }
        using var own = new X509Chain();
        own.ChainPolicy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            ApplicationPolicy = { new("1.3.6.1.5.5.7.3.1") },   // for servers
        };
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        foreach (string file in Directory.EnumerateFiles(_folder!, "*.crt"))
        {
            try
            {
                own.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                throw new UntrustedCertificateException($"cannot be judged: {file} is no certificate that can be read ({Text.Short(e.Message).TrimEnd('.')})");
            }
        }
        return own.Build(shown);
    }

    private static UntrustedCertificateException Wrong(X509Certificate2 shown, X509Chain chain)
    {
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return flags.HasFlag(X509ChainStatusFlags.NotTimeValid)
            ? new($"is not valid at this time: it is from {shown.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {shown.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC")
            : (flags & ~(X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation)) == 0
                ? new($"is signed by {Text.Short(shown.GetNameInfo(X509NameType.SimpleName, forIssuer: true))}, whom this machine does not know", isUnknown: true)
                : new($"is not trusted ({flags})");
    }
}
