using Brig.Engine.Alerts;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Alerts;

public static class TargetWords
{
    /// <summary>What kind it is and where it leads; of a webhook's address the path is left out, for it is often its secret.</summary>
    public static string Where(AlertTarget target) => target switch
    {
        { Webhook: { } hook } => T("alerts.webhookTo", T("alerts.format" + hook.Format), Uri.TryCreate(hook.Url, UriKind.Absolute, out var url) ? url.Authority : hook.Url),
        { Mail: { } mail } => T("alerts.mailTo", mail.To, mail.Host),
        _ => "",
    };
}
