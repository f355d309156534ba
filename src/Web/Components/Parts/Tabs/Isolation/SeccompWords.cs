using System.Globalization;
using Brig.Engine.Isolation.Seccomp;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>What a filter answers, in words (seccomp(2)).</summary>
public static class SeccompWords
{
    private const int EPERM = 1, ENOSYS = 38;

    public static string Answer(ResolvedCall call) => call switch
    {
        { IsAllowed: true } => Answer(call.Rules[0].Answer),
        { IsDenied: true } => Answer(call.Rules[^1].Answer),
        _ => T("seccomp.conditional"),
    };

    public static string Answer(SeccompAnswer answer) => answer switch
    {
        { Action: SeccompAction.Errno, Errno: EPERM } => T("seccomp.action.errno") + " EPERM",
        { Action: SeccompAction.Errno, Errno: ENOSYS } => T("seccomp.action.errno") + " ENOSYS",
        { Action: SeccompAction.Errno } => T("seccomp.action.errno") + " " + answer.Errno.ToString(CultureInfo.InvariantCulture),
        _ => T("seccomp.action." + answer.Action.ToString().ToLowerInvariant()),
    };

    public static string Look(ResolvedCall call) => call switch { { IsAllowed: true } => "up", { IsDenied: true } => "refused", _ => "weak" };
}
