using Brig.Engine.Containers;

namespace Brig.Engine.PostMortems;

/// <summary>What a code or signal is, apart from this container (signal(7); the shell's codes are those of POSIX, sh, "Exit Status for Commands").</summary>
internal static class ExitMeanings
{
    /// <param name="signal">That ended its program; 0: none.</param>
    public static string Of(ExitStatus exit, int signal) => signal > 0 ? $"Ended by {Signals.Name(signal)} ({Name(signal)}), which is told as code {128 + signal}." : exit.Code switch
    {
        0 => "Code 0: it ended well.",
        1 => "Code 1: the usual code for any error.",
        2 => "Code 2: for many programs, and shells, a wrong use of their command line.",
        125 => "Code 125: for tools that run others (docker, timeout, env), they themselves failed.",
        126 => "Code 126: a shell found the command but could not execute it.",
        127 => "Code 127: a shell did not find the command.",
        255 => "Code 255: most often exit(-1).",
        > 128 and <= 192 => $"Code {exit.Code} is 128 and {exit.Code - 128}: a shell says so when its program was ended by {Signals.Name(exit.Code - 128)} ({Name(exit.Code - 128)}).",
        _ => $"Code {exit.Code} is the program's own.",
    };

    private static string Name(int signal) => signal switch
    {
        1 => "hang up", 2 => "interrupt", 3 => "quit", 4 => "illegal instruction", 5 => "trap", 6 => "abort", 7 => "bus error", 8 => "arithmetic error", 9 => "kill, cannot be caught",
        10 or 12 => "the user's own", 11 => "segmentation fault", 13 => "broken pipe", 14 => "alarm", 15 => "terminate", 24 => "processor time used up", 25 => "file too large", 31 => "bad system call",
        _ => "see signal(7)",
    };
}
