using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Brig.Web.Options;

/// <summary><c>BRIG_DOCKER_TCP</c>: Docker's API for clients elsewhere, who have a certificate of one authority, and no others.</summary>
/// <param name="Endpoint">An address of this machine.</param>
/// <param name="Authorities">Who signs the clients' certificates; the machine's own list counts for nothing.</param>
/// <param name="Certificate">Ours, with its key.</param>
/// <param name="Chain">Those between ours and its authority.</param>
public sealed record DockerTcp(IPEndPoint Endpoint, X509Certificate2Collection Authorities, X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    /// <summary>id-kp-clientAuth, RFC 5280.</summary>
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <summary>All four settings, or none of them.</summary>
    /// <exception cref="BadOptionException">One is missing, or cannot be read.</exception>
    public static DockerTcp? Read(string? address, string? ca, string? certificate, string? key)
    {
        (string Name, string? Value)[] all = [("BRIG_DOCKER_TCP", address), ("BRIG_DOCKER_CA", ca), ("BRIG_DOCKER_CERT", certificate), ("BRIG_DOCKER_KEY", key)];
        if (all.All(one => one.Value is null))
        {
            return null;
        }
        if (Array.Find(all, one => one.Value is null) is { Name: { } missing })
        {
            throw new BadOptionException($"{missing} is missing: Docker's API by TCP needs BRIG_DOCKER_TCP, BRIG_DOCKER_CA, BRIG_DOCKER_CERT and BRIG_DOCKER_KEY, for who reaches it commands this machine.");
        }
        if (!IPEndPoint.TryParse(address!, out var endpoint) || endpoint.Port == 0)
        {
            throw new BadOptionException($"BRIG_DOCKER_TCP must be an address of this machine and a port, as 0.0.0.0:2376; it is \"{address}\".");
        }
        var authorities = Certificates("BRIG_DOCKER_CA", ca!);
        var own = Certificates("BRIG_DOCKER_CERT", certificate!);
        try
        {
            return new(endpoint, authorities, X509Certificate2.CreateFromPemFile(certificate!, key!), [.. own.Skip(1)]);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadOptionException($"BRIG_DOCKER_KEY is {key}, which is not the key of {certificate}, in PEM and without a password: {e.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>Signed by our authority, not over, and not made for servers alone.</summary>
    /// <param name="sent">What the client sent beside it, for the way to the authority.</param>
    public bool Admits(X509Certificate2 client, X509Certificate2Collection? sent = null)
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        chain.ChainPolicy.ExtraStore.AddRange(sent ?? []);
        return chain.Build(client);
    }

    /// <summary>Nothing is fetched from addresses that the certificate names: whoever shows one could have this machine ask its neighbours.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(Authorities);
        policy.ApplicationPolicy.Add(new Oid(ForClients));
        return policy;
    }

    private static X509Certificate2Collection Certificates(string setting, string file)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            return all.Count > 0 ? all : throw new BadOptionException($"{setting} is {file}, which holds no certificate in PEM.");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new BadOptionException($"{setting} is {file}, which cannot be read as certificates in PEM: {e.Message.TrimEnd('.')}.");
        }
    }
}
