namespace Brig.Engine.Alerts;

/// <summary>Where messages go. Exactly one of <see cref="Webhook"/> and <see cref="Mail"/>.</summary>
public sealed record AlertTarget
{
    /// <summary>What rules call it.</summary>
    public required string Name { get; init; }
    public WebhookTarget? Webhook { get; init; }
    public MailTarget? Mail { get; init; }
}

public enum WebhookFormat
{
    /// <summary>Brig's own: rule, source, sentence, numbers and times.</summary>
    Json,
    /// <summary><c>{"text": …}</c>, which Slack, Mattermost, Rocket.Chat and Google Chat take.</summary>
    Slack,
    /// <summary><c>{"content": …}</c>.</summary>
    Discord,
    /// <summary>The sentence as plain text with ntfy's headers.</summary>
    Ntfy,
}

/// <summary>An HTTP POST. Redirects are not followed, and anything but 2xx is a failure.</summary>
/// <param name="Url">http or https.</param>
public sealed record WebhookTarget(string Url, WebhookFormat Format = WebhookFormat.Json)
{
    /// <summary>The value of the request's Authorization header. Kept encrypted and never told: null in an answer; null in a change keeps what there is, empty takes it away.</summary>
    public string? Authorization { get; init; }

    /// <summary>Only told: whether there is one.</summary>
    public bool HasAuthorization { get; init; }
}

/// <summary>A mail by SMTP (RFC 5321).</summary>
/// <param name="To">One or more addresses, with commas between.</param>
/// <param name="Tls">STARTTLS, and nothing is sent without it.</param>
public sealed record MailTarget(string Host, string From, string To, int Port = 587, bool Tls = true)
{
    public string? Username { get; init; }

    /// <summary>As <see cref="WebhookTarget.Authorization"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Only told: whether there is one.</summary>
    public bool HasPassword { get; init; }
}
