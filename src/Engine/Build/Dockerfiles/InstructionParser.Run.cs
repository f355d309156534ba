namespace Brig.Engine.Build.Dockerfiles;

internal sealed partial class InstructionParser
{
    private RunInstruction Run(LogicalLine line, string text, string rest)
    {
        var flags = Flags.Read(line.At, "RUN", rest, escape, ["mount", "network"], out rest);
        string network = flags.One("network") ?? "default";
        if (network is not ("default" or "none" or "host"))
        {
            throw Dockerfile.At(line.At, $"the network \"{Text.Short(network)}\" is not known; RUN takes default, none or host");
        }
        if (rest.Length == 0)
        {
            throw Dockerfile.At(line.At, "RUN names no command");
        }
        // "RUN <<EOF" and nothing more: the heredoc is the program. Anything else, and the shell reads it, with its heredocs.
        bool onlyHeredoc = line.Heredocs.Length == 1 && Heredocs.Opening(rest, 0) is { } opening && opening.End == rest.Length;
        var command = line.Heredocs.IsEmpty ? Command(rest) : new CommandText($"{rest}\n{string.Concat(line.Heredocs.Select(heredoc => heredoc.Raw))}", []);
        return command.Exec.IsEmpty && command.Shell is null
            ? throw Dockerfile.At(line.At, "RUN names no program: its array is empty")
            : new(line.At, text, command, onlyHeredoc ? line.Heredocs[0] : null, flags.Many("mount"), network);
    }
}
