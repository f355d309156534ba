using System.Net;
using System.Net.Mail;
using System.Text;

namespace Brig.Engine.Alerts.Sending;

/// <summary>A plain text mail by SMTP.</summary>
internal sealed class MailSender(AlertBook book) : IAlertSender
{
    public bool Takes(AlertTarget target) => target.Mail is not null;

    public void Check(AlertTarget target)
    {
        var mail = target.Mail!;
        if (mail.Host.Length is 0 or > 255 || Uri.CheckHostName(mail.Host) == UriHostNameType.Unknown)
        {
            throw EngineException.Invalid($"\"{Text.Short(mail.Host)}\" is not the name or address of a mail server.");
        }
        if (mail.Port is < 1 or > 65535)
        {
            throw EngineException.Invalid("port must be 1 to 65535; 587 is usual, 25 between servers.");
        }
        string[] addresses = [mail.From, .. mail.To.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (addresses.Length is < 2 or > 51 || addresses.FirstOrDefault(address => address.Any(char.IsControl) || !MailAddress.TryCreate(address, out _)) is { } wrong && wrong is not null)
        {
            throw EngineException.Invalid("from must be one address, and to one to fifty with commas between, as ops@example.org.");
        }
        if (mail.Password is { Length: > 0 } && string.IsNullOrEmpty(mail.Username))
        {
            throw EngineException.Invalid("A password needs a username.");
        }
    }

    public async Task SendAsync(AlertTarget target, AlertMessage message, CancellationToken stop)
    {
        var mail = target.Mail!;
        using var smtp = new SmtpClient(mail.Host, mail.Port) { EnableSsl = mail.Tls };
        if (mail.Username is { Length: > 0 })
        {
            smtp.Credentials = new NetworkCredential(mail.Username, book.Open(mail.Password, target.Name) ?? "");
        }
        using var letter = new MailMessage
        {
            From = new(mail.From), Subject = Text.Short(message.Title), SubjectEncoding = Encoding.UTF8, BodyEncoding = Encoding.UTF8,
            Body = $"{message.Sentence}\n\nRule: {message.Rule}\nMachine: {message.Machine}\nSince: {message.FiredAt:u}\n{(message.ResolvedAt is { } over ? $"Over: {over:u}\n" : "")}Incident: {message.Incident}\n",
        };
        letter.To.Add(mail.To);
        letter.Headers.Add("Auto-Submitted", "auto-generated");    // RFC 3834: no out-of-office answers
        try
        {
            await smtp.SendMailAsync(letter, stop);
        }
        catch (SmtpException e)
        {
            throw EngineException.Unavailable($"{mail.Host} did not take the mail: {Text.Short((e.InnerException ?? e).Message).TrimEnd('.')}.", e);
        }
    }
}
