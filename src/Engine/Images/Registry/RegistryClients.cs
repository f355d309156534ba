using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace Brig.Engine.Images.Registry;

/// <summary>One pool of connections for all, and one for each host that has authorities of its own; what is known of logins and tokens lives as long as one task.</summary>
internal sealed class RegistryClients(RegistryBook book, EngineOptions options, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = Made(RegistryAuthorities.None);

    /// <summary>By host and port; no more than there are folders.</summary>
    private readonly ConcurrentDictionary<string, Lazy<HttpClient>> _own = new();

    /// <param name="login">In place of the one that is kept.</param>
    public RegistryHttp For(string host, RegistryLogin? login = null) => For(host, book.IsPlain(host), login);

    /// <param name="isPlain">Spoken to by http.</param>
    public RegistryHttp For(string host, bool isPlain, RegistryLogin? login) => new(this, book, time, host, isPlain, login);

    /// <summary>The headers of the answer; the body is not read yet.</summary>
    /// <exception cref="EngineException">Unavailable: its certificate is not believed. The other failures are HttpClient's.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        var at = request.RequestUri!;
        var authorities = new RegistryAuthorities(options.RegistryCertificates, at);
        var http = at.Scheme == "https" && authorities.Exist ? _own.GetOrAdd(at.Authority, _ => new(() => Made(authorities))).Value : _http;
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        }
        catch (HttpRequestException e) when (e.InnerException is UntrustedCertificateException untrusted)
        {
            throw EngineException.Unavailable($"The certificate of {at.Authority} {untrusted.Message}.{(untrusted.IsUnknown ? $" {authorities.Remedy}" : "")}", e);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (var own in _own.Values)
        {
            own.Value.Dispose();
        }
    }

    private static HttpClient Made(RegistryAuthorities authorities)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,      // RegistryHttp follows, and decides who gets a login
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
            SslOptions = new() { RemoteCertificateValidationCallback = authorities.Believe },
        }) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("brig", "0.1"));
        return http;
    }
}
