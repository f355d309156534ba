using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

public static class RestartWords
{
    public static string Of(RestartPolicy policy) => policy switch
    {
        { Mode: RestartMode.Always } => T("restart.always"),
        { Mode: RestartMode.UnlessStopped } => T("restart.unlessStopped"),
        { Mode: RestartMode.OnFailure, MaxRetries: > 0 } => T("restart.onFailureTimes", policy.MaxRetries),
        { Mode: RestartMode.OnFailure } => T("restart.onFailure"),
        _ => T("restart.no"),
    };
}
