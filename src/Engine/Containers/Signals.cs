using System.Globalization;

namespace Brig.Engine.Containers;

/// <summary>Names and numbers of signal(7), x86 and arm.</summary>
internal static class Signals
{
    public const int SIGKILL = 9, SIGTERM = 15;
    private const int SIGRTMIN = 34, SIGRTMAX = 64;

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <param name="signal"><c>SIGHUP</c>, <c>hup</c>, <c>RTMIN+3</c> or a number.</param>
    /// <exception cref="EngineException">Invalid.</exception>
    public static int Parse(string signal)
    {
        string name = signal.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        int number = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given
            : name switch
            {
                "" => 0,
                "POLL" => 29,
                "CLD" => 17,
                "IOT" => 6,
                "RTMIN" => SIGRTMIN,
                "RTMAX" => SIGRTMAX,
                _ when name.StartsWith("RTMIN+", StringComparison.Ordinal) && int.TryParse(name[6..], out int up) && up <= SIGRTMAX - SIGRTMIN => SIGRTMIN + up,
                _ when name.StartsWith("RTMAX-", StringComparison.Ordinal) && int.TryParse(name[6..], out int down) && down <= SIGRTMAX - SIGRTMIN => SIGRTMAX - down,
                _ => Array.IndexOf(Names, name),
            };
        return number is > 0 and <= SIGRTMAX
            ? number
            : throw EngineException.Invalid($"\"{Text.Short(signal)}\" is no signal; give a name such as SIGTERM, or a number from 1 to {SIGRTMAX}.");
    }

    /// <summary>As <c>SIGTERM</c>.</summary>
    public static string Name(int signal) => signal > 0 && signal < Names.Length ? "SIG" + Names[signal]
        : signal >= SIGRTMIN ? $"SIGRTMIN+{signal - SIGRTMIN}" : signal.ToString(CultureInfo.InvariantCulture);
}
