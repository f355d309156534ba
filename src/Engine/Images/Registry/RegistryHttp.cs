using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brig.Engine.Images.Registry;

/// <summary>
/// Requests to one registry, until they are answered:
/// <code>
/// 1. the login or the token goes to the registry's own host and port alone: redirects are followed here, and another host gets none
/// 2. 401: a token is fetched for what the registry says, once
/// 3. 429, 5xx, a broken or silent connection: again, up to five times, as late as Retry-After says (at most a minute)
/// </code>
/// </summary>
internal sealed class RegistryHttp(RegistryClients clients, RegistryBook book, TimeProvider time, string host, bool isPlain, RegistryLogin? own)
{
    public const int Attempts = 5;
    private const int MostRedirects = 5, LargestAnswer = 4 << 20;
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    private const long LargestSilent = 64 * 1024;
    private static readonly TimeSpan UploadOfAPart = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (AuthenticationHeaderValue Header, DateTimeOffset Until)> _tokens = new();
    private readonly Uri _base = new($"{(isPlain ? "http" : "https")}://{(host == ImageName.DockerHub ? "registry-1.docker.io" : host)}/v2/");

    public string Host => host;

    /// <summary>It did not answer before it saw a login or a token.</summary>
    public bool HasAskedWhoWeAre => !_tokens.IsEmpty;

    public Uri At(string path) => new(_base, path);

    /// <summary>The headers of the answer; the body is not read yet. Statuses other than those that are tried again are the caller's to judge.</summary>
    /// <param name="make">Makes the request anew for each attempt.</param>
    /// <param name="scope">As <c>repository:a/b:pull</c>: whose token is sent at once, if there is one.</param>
    /// <exception cref="EngineException">Unavailable: it does not answer. Conflict: it wants a login.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, string scope, CancellationToken stop, int attempts = Attempts)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await AuthorizedAsync(make, scope, stop);
                if (attempt >= attempts || !IsPassing(answer.StatusCode))
                {
                    return answer;
                }
                var wait = Wait(attempt, answer.Headers.RetryAfter);
                answer.Dispose();
                await Task.Delay(wait, time, stop);
            }
            catch (Exception e) when (IsPassing(e, stop))
            {
                if (attempt >= attempts)
                {
                    throw EngineException.Unavailable($"The registry {host} does not answer: {Why(e)}", e);
                }
                await Task.Delay(Wait(attempt, null), time, stop);
            }
        }
    }

    /// <summary>A small body, whole.</summary>
    public async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken stop, int most = LargestAnswer)
    {
        using var silence = new SilenceTimer(time, stop);
        await using var body = await answer.Content.ReadAsStreamAsync(stop);
        var bytes = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, silence.Next())) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > most)
            {
                throw EngineException.Invalid($"The registry {host} answered with a document of more than {most:N0} bytes.");
            }
        }
        return bytes.ToArray();
    }

    /// <summary>The sentence for an answer that was not hoped for.</summary>
    /// <param name="what">Null: it was asked for nothing but whether it takes us.</param>
    public async Task<EngineException> RefusalAsync(HttpResponseMessage answer, string? what, CancellationToken stop)
    {
        string said = "";
        try
        {
            var error = (JsonNode.Parse(await ReadAsync(answer, stop)) as JsonObject)?["errors"] is JsonArray { Count: > 0 } errors ? errors[0] as JsonObject : null;
            said = error is null ? "" : $" ({Text.Short(((string?)error["message"] is { Length: > 0 } message ? message : (string?)error["code"]) ?? "")})";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or EngineException or IOException or HttpRequestException)
        {
            // It said nothing that is worth telling.
        }
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Refused(what is null
                ? $"The registry {host} refuses the login{(Username is { } username ? $" of {Text.Short(username)}" : "")}{said}."
                : $"The registry {host} does not let us have {what}{said}: it is not there, or needs another login."),
            HttpStatusCode.NotFound => EngineException.NotFound(what is null ? $"What answers at {host} is no registry: it has no /v2/." : $"The registry {host} has no {what}{said}."),
            HttpStatusCode.TooManyRequests => new(EngineErrorKind.Unavailable, $"The registry {host} answers too many requests just now{said}; try again later, or log in.") { LoginAt = host },
            HttpStatusCode.BadRequest when isPlain && what is null => EngineException.Unavailable($"The registry {host} answered 400{said}. It is spoken to by http; if it wants https, its settings must say so."),
            var status => EngineException.Unavailable($"The registry {host} answered {(int)status}{(what is null ? "" : $" for {what}")}{said}."),
        };
    }

    public TimeSpan Wait(int attempt, RetryConditionHeaderValue? after)
    {
        var asked = after?.Delta ?? (after?.Date is { } date ? date - time.GetUtcNow() : null);
        var own = TimeSpan.FromMilliseconds(250 * Math.Pow(2, attempt - 1) * (0.75 + Random.Shared.NextDouble() / 2));
        return asked is { } wanted && wanted > own ? wanted < LongestWait ? wanted : LongestWait : own;
    }

    public static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status is >= 500 and not 501;

    public static bool IsPassing(Exception e, CancellationToken stop) => !stop.IsCancellationRequested && e is HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException && !stop.IsCancellationRequested;

    public static string Why(Exception e) => e switch
    {
        OperationCanceledException or TimeoutException => $"it said nothing for {Silence.TotalSeconds:0} seconds.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } tls } =>
            $"no encrypted connection comes about ({Text.Short(tls.Message).TrimEnd('.')}). If it is one that speaks http, where anybody on the way can read and change what is sent, its settings must say so.",
        HttpRequestException { InnerException: SocketException socket } => Text.Short(socket.Message) + ".",
        _ => Text.Short(e.Message).TrimEnd('.') + ".",
    };

    private string? Username => own is null ? book.Find(host).Username : own.Username;

    private EngineException Refused(string sentence) => new(EngineErrorKind.Conflict, sentence) { LoginAt = host };

    private async Task<HttpResponseMessage> AuthorizedAsync(Func<HttpRequestMessage> make, string scope, CancellationToken stop)
    {
        var answer = await FollowAsync(make, Known(scope), stop);
        if (answer.StatusCode != HttpStatusCode.Unauthorized || Challenge.Of(answer.Headers.WwwAuthenticate) is not { } challenge)
        {
            return answer;
        }
        answer.Dispose();
        var header = await AuthorizeAsync(challenge, scope, stop);
        return await FollowAsync(make, header, stop);
    }

    private async Task<HttpResponseMessage> FollowAsync(Func<HttpRequestMessage> make, AuthenticationHeaderValue? authorization, CancellationToken stop)
    {
        Uri? redirected = null;
        for (int redirects = 0; ; redirects++)
        {
            using var request = make();
            request.RequestUri = redirected ?? request.RequestUri;
            // Scheme, host and port: another of them is somebody else.
            if (Uri.Compare(request.RequestUri!, _base, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0)
            {
                request.Headers.Authorization = authorization;
            }
            using var silence = new SilenceTimer(time, stop, request.Content?.Headers.ContentLength > LargestSilent ? UploadOfAPart : Silence);
            var answer = await clients.SendAsync(request, silence.Next());
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location || request.Method == HttpMethod.Post)
            {
                return answer;
            }
            redirected = new Uri(request.RequestUri!, location);
            answer.Dispose();
            bool isSafe = redirected.Scheme == "https" || (redirected.Scheme == "http" && _base.Scheme == "http");
            if (redirects == MostRedirects || !isSafe)
            {
                throw EngineException.Unavailable(isSafe
                    ? $"The registry {host} sends us from address to address without end."
                    : $"The registry {host} sends us to {Text.Short(redirected.GetLeftPart(UriPartial.Authority))}, which is not https.");
            }
        }
    }

    private AuthenticationHeaderValue? Known(string scope) => _tokens.TryGetValue(scope, out var token) && token.Until > time.GetUtcNow() ? token.Header : null;

    private async Task<AuthenticationHeaderValue> AuthorizeAsync(Challenge challenge, string scope, CancellationToken stop)
    {
        if (own?.RegistryToken is { } shown)
        {
            var bare = new AuthenticationHeaderValue("Bearer", shown);
            _tokens[scope] = (bare, DateTimeOffset.MaxValue);
            return bare;
        }
        var login = own is null ? book.Login(host) : own is { Username: { } name, Password: { } password } ? (name, password) : default((string Username, string Password)?);
        var basic = login is { } known ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.Username}:{known.Password}"))) : null;
        if (challenge.Realm is null)
        {
            var header = basic ?? throw Refused($"The registry {host} wants a login; add one to its settings.");
            _tokens[scope] = (header, DateTimeOffset.MaxValue);
            return header;
        }
        if (challenge.Realm.Scheme != "https" && _base.Scheme == "https")
        {
            throw EngineException.Unavailable($"The registry {host} gives tokens at {Text.Short(challenge.Realm.GetLeftPart(UriPartial.Authority))}, which is not https; nothing was sent there.");
        }
        var (token, lasts) = await TokenAsync(challenge, scope, basic, stop);
        var bearer = new AuthenticationHeaderValue("Bearer", token);
        _tokens[scope] = (bearer, time.GetUtcNow() + lasts - TimeSpan.FromSeconds(10));
        return bearer;
    }

    private async Task<(string Token, TimeSpan Lasts)> TokenAsync(Challenge challenge, string scope, AuthenticationHeaderValue? basic, CancellationToken stop)
    {
        string query = string.Join('&', new[] { ("service", challenge.Service), ("scope", scope.Length > 0 ? scope : challenge.Scope) }
            .Where(pair => !string.IsNullOrEmpty(pair.Item2)).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));
        var at = new UriBuilder(challenge.Realm!);
        at.Query = at.Query.Length > 1 ? $"{at.Query[1..]}&{query}" : query;
        using var silence = new SilenceTimer(time, stop);
        using var request = own?.IdentityToken is { } kept ? Exchange(challenge, scope, kept) : new HttpRequestMessage(HttpMethod.Get, at.Uri);
        request.Headers.Authorization = request.Method == HttpMethod.Get ? basic : null;
        using var answer = await clients.SendAsync(request, silence.Next());
        if (IsPassing(answer.StatusCode))
        {
            throw new HttpRequestException($"{at.Host} answered {(int)answer.StatusCode} when asked for a token");
        }
        if (!answer.IsSuccessStatusCode)
        {
            throw Refused(basic is null && own?.IdentityToken is null
                ? $"The registry {host} gives no token without a login; add one to its settings."
                : $"The registry {host} refuses the login{(own is null ? " that is kept for it" : "")} ({(int)answer.StatusCode} from {at.Host}).");
        }
        try
        {
            var json = JsonNode.Parse(await ReadAsync(answer, stop, 256 * 1024));
            string token = (string?)json?["token"] ?? (string?)json?["access_token"] ?? throw new JsonException("there is no token in it");
            return (token, TimeSpan.FromSeconds(Math.Clamp((int?)json?["expires_in"] ?? 60, 20, 3600)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw EngineException.Unavailable($"The registry {host} answered with a token that cannot be read: {e.Message}", e);
        }
    }

    /// <summary>OAuth 2 with a refresh token (distribution's token specification, "oauth").</summary>
    private static HttpRequestMessage Exchange(Challenge challenge, string scope, string token) => new(HttpMethod.Post, challenge.Realm)
    {
        Content = new FormUrlEncodedContent([
            new("grant_type", "refresh_token"), new("service", challenge.Service ?? ""), new("client_id", "brig"), new("scope", scope.Length > 0 ? scope : challenge.Scope ?? ""), new("refresh_token", token)]),
    };
}
