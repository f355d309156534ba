using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Brig.Engine.Alerts.Sending;

/// <summary>An HTTP POST. A target is somebody else's server: it is not believed (no redirects, no cookies, little of its answer is read) and not waited for.</summary>
internal sealed class WebhookSender(AlertBook book) : IAlertSender, IDisposable
{
    private const int MostOfAnswer = 200, LongestUrl = 2_000;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1), MaxResponseHeadersLength = 16, MaxConnectionsPerServer = 4,
    }) { Timeout = Timeout.InfiniteTimeSpan };

    public bool Takes(AlertTarget target) => target.Webhook is not null;

    public void Check(AlertTarget target)
    {
        var hook = target.Webhook!;
        if (hook.Url.Length > LongestUrl || !Uri.TryCreate(hook.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
        {
            throw EngineException.Invalid($"\"{Text.Short(hook.Url)}\" is not an address for a webhook, as https://example.org/hook; what it needs to log in goes into authorization.");
        }
        if (hook.Authorization is { } secret && (secret.Length > 4_000 || secret.Any(c => c is < ' ' or > '~')))
        {
            throw EngineException.Invalid("authorization is the value of a header, as Bearer abc: printable ASCII of at most 4,000 characters.");
        }
    }

    public async Task SendAsync(AlertTarget target, AlertMessage message, CancellationToken stop)
    {
        var hook = target.Webhook!;
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = Body(hook.Format, message) };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("brig", "0.1"));
        if (hook.Format == WebhookFormat.Ntfy)
        {
            request.Headers.TryAddWithoutValidation("Title", "=?UTF-8?B?" + Convert.ToBase64String(Encoding.UTF8.GetBytes(message.Title)) + "?=");     // RFC 2047, as ntfy reads it
            request.Headers.TryAddWithoutValidation("Priority", message.State == "firing" ? "high" : "default");
        }
        if (book.Open(hook.Authorization, target.Name) is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (!answer.IsSuccessStatusCode)
            {
                throw EngineException.Unavailable($"{request.RequestUri!.Host} answered {(int)answer.StatusCode} {Text.Short(answer.ReasonPhrase ?? "")}{await BeginAsync(answer, stop)}".TrimEnd() + ".");
            }
        }
        catch (HttpRequestException e)
        {
            throw EngineException.Unavailable($"{request.RequestUri!.Host} could not be asked: {(e.InnerException is SocketException inner ? inner.Message : e.Message).TrimEnd('.')}.", e);
        }
        catch (IOException e)
        {
            throw EngineException.Unavailable($"{request.RequestUri!.Host} broke off: {e.Message.TrimEnd('.')}.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static StringContent Body(WebhookFormat format, AlertMessage message) => format switch
    {
        WebhookFormat.Slack => Json(new JsonObject { ["text"] = ForSlack($"{message.Title}\n{message.Sentence}") }),
        // Nobody is pinged by what a container wrote.
        WebhookFormat.Discord => Json(new JsonObject { ["content"] = Cut(ForDiscord($"{message.Title}\n{message.Sentence}"), 2_000), ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() } }),
        WebhookFormat.Ntfy => new StringContent(message.Sentence, Encoding.UTF8, "text/plain"),
        _ => new StringContent(EngineJson.Write(message), Encoding.UTF8, "application/json"),
    };

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    /// <summary>What a container wrote is text: no mention of everybody, and no link under another name.</summary>
    private static string ForSlack(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string ForDiscord(string text) => text.Replace("[", "\\[", StringComparison.Ordinal).Replace("](", "]\\(", StringComparison.Ordinal);

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    private static async Task<string> BeginAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        byte[] begin = new byte[MostOfAnswer];
        await using var body = await answer.Content.ReadAsStreamAsync(stop);
        int read = await body.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, stop);
        return read == 0 ? "" : $" ({Text.Short(Encoding.UTF8.GetString(begin, 0, read))})";
    }
}
