using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>How a process ended, in words a newcomer understands.</summary>
public static class ExitWords
{
    private static readonly Dictionary<int, string> s_signals = new()
    {
        [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [6] = "SIGABRT", [7] = "SIGBUS", [8] = "SIGFPE", [9] = "SIGKILL",
        [11] = "SIGSEGV", [13] = "SIGPIPE", [14] = "SIGALRM", [15] = "SIGTERM", [24] = "SIGXCPU", [31] = "SIGSYS",
    };

    /// <summary>For example <c>ended by SIGKILL, out of memory</c>.</summary>
    public static string Of(ExitStatus exit) => exit switch
    {
        { OomKilled: true } => T("exit.oom", Signal(exit.Signal == 0 ? 9 : exit.Signal)),
        { Signal: > 0 } => T("exit.signal", Signal(exit.Signal)),
        _ => T("exit.code", exit.Code),
    };

    /// <summary>What that usually means; null when there is nothing to add.</summary>
    public static string? Meaning(ExitStatus exit) => exit switch
    {
        { OomKilled: true } => T("exit.meansOom"),
        { Signal: 9 } => T("exit.meansKill"),
        { Signal: 11 or 7 } => T("exit.meansCrash"),
        { Signal: 6 } => T("exit.meansAbort"),
        { Signal: 15 or 2 or 1 } => T("exit.meansAsked"),
        { Signal: 31 } => T("exit.meansSys"),
        { Signal: > 0 } => null,
        { Code: 0 } => T("exit.meansWell"),
        { Code: 126 } => T("exit.means126"),
        { Code: 127 } => T("exit.means127"),
        { Code: > 128 and <= 159 } => T("exit.meansShell", Signal(exit.Code - 128)),
        _ => T("exit.meansOwn"),
    };

    private static string Signal(int number) => s_signals.GetValueOrDefault(number, T("exit.signalNumber", number));
}
