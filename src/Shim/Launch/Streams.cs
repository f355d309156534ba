using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>The shim's ends of the program's standard streams; -1 where there is none.</summary>
internal sealed unsafe class Streams
{
    /// <summary>Written to; with a pty the same as <see cref="Stdout"/>.</summary>
    public int Stdin { get; set; } = -1;
    public int Stdout { get; set; } = -1;
    public int Stderr { get; set; } = -1;

    /// <summary>The pty's other side, held so that a program that lets go of its terminal for a while does not hang it up.</summary>
    public int Slave { get; private set; } = -1;
    public bool IsTerminal { get; private init; }

    /// <summary>Pipes, with their other ends in <paramref name="resources"/>; a pty comes from the child later.</summary>
    public static Streams Open(StreamsPlan plan, Resources resources, StepLog log)
    {
        var streams = new Streams { IsTerminal = plan.Tty };
        if (plan.Tty)
            return streams;
        var two = stackalloc int[2];
        if (plan.OpenStdin)
        {
            log.Add(StepLog.Now, pipe2(two, O_CLOEXEC), "pipe2", "for standard input");
            (resources.Stdin, streams.Stdin) = (two[0], two[1]);
        }
        log.Add(StepLog.Now, pipe2(two, O_CLOEXEC), "pipe2", "for standard output");
        (streams.Stdout, resources.Stdout) = (two[0], two[1]);
        log.Add(StepLog.Now, pipe2(two, O_CLOEXEC), "pipe2", "for standard error");
        (streams.Stderr, resources.Stderr) = (two[0], two[1]);
        return streams;
    }

    public void TakeTerminal(int master)
    {
        Stdin = Stdout = master;
        Slave = ioctl(master, TIOCGPTPEER, (void*)(O_RDWR | O_NOCTTY | O_CLOEXEC));
    }

    public void LetTerminalGo()
    {
        if (Slave >= 0)
            close(Slave);
        Slave = -1;
    }

    /// <summary>Once the child has it: read(2) and write(2) of ours never wait.</summary>
    public void DoNotBlock()
    {
        foreach (var fd in (ReadOnlySpan<int>)[Stdin, Stdout, Stderr])
            if (fd >= 0)
                fcntl(fd, F_SETFL, O_NONBLOCK | (fcntl(fd, F_GETFL, 0) & ~O_CLOEXEC));
    }
}
