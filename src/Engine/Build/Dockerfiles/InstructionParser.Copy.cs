using System.Collections.Immutable;

namespace Brig.Engine.Build.Dockerfiles;

internal sealed partial class InstructionParser
{
    private CopyInstruction Copy(LogicalLine line, string text, string rest, bool unpacks)
    {
        string name = unpacks ? "ADD" : "COPY";
        // --link says how layers may be made anew on another base: ours always may, for a copy never reads the base but for owners' names.
        ImmutableArray<string> known = unpacks ? ["chown", "chmod", "link", "exclude", "checksum"] : ["from", "chown", "chmod", "link", "parents", "exclude"];
        var flags = Flags.Read(line.At, name, rest, escape, known, out rest);
        flags.Switch("link");
        var words = Words.Json(rest) ?? Words.Split(rest, escape);
        if (words.Length < 2)
        {
            throw Dockerfile.At(line.At, $"{name} takes at least one source and a target");
        }
        var files = line.Heredocs;
        string? from = unpacks ? null : flags.One("from");
        if (from is not null && !files.IsEmpty)
        {
            throw Dockerfile.At(line.At, "COPY --from and a heredoc exclude each other: the heredoc is no file of that stage");
        }
        ImmutableArray<string> sources = [.. words[..^1].Where(word => files.IsEmpty || Heredocs.Opening(word, 0) is null)];
        return new(line.At, text, unpacks, sources, files, words[^1], from, flags.One("chown"), flags.One("chmod"),
            !unpacks && flags.Switch("parents"), flags.Many("exclude"), unpacks ? flags.One("checksum") : null);
    }
}
