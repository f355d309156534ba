using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Build;

/// <summary>Fills in the variables of a COPY or ADD, and fetches what ADD names by address.</summary>
internal static class CopyPlanner
{
    public static async Task<CopyPlan> PlanAsync(CopyInstruction copy, Expansion expansion, string? workingDir, BuildSite site, CancellationToken stop)
    {
        string written = expansion.Word(copy.Target);
        string[] sources = [.. copy.Sources.Select(expansion.Word)];
        if (sources.FirstOrDefault(source => source.Length == 0) is not null)
        {
            throw Dockerfile.At(copy.At, "a source is empty once its variables are filled in");
        }
        var fetched = ImmutableArray.CreateBuilder<Fetched>();
        foreach (string address in sources.Where(source => copy.Unpacks && (Fetcher.IsAddress(source) || Fetcher.IsGit(source))))
        {
            if (Fetcher.IsGit(address))
            {
                throw Dockerfile.At(copy.At, $"\"{Text.Short(address)}\" is a git repository; clone it into the context, or in a RUN");
            }
            fetched.Add(await Fetcher.FetchAsync(address, copy.Checksum is null ? null : expansion.Word(copy.Checksum), site.Folder.NewFile(), site.Request.HostNetwork, copy.At, stop));
        }
        if (copy.Checksum is not null && fetched.Count == 0)
        {
            throw Dockerfile.At(copy.At, "--checksum is for addresses");
        }
        return new(
            copy.At, copy.Unpacks ? "ADD" : "COPY", [.. sources.Where(source => !copy.Unpacks || !Fetcher.IsAddress(source))],
            [.. copy.Files.Select(file => (file.Name, file.Expands ? expansion.Content(file.Content) : file.Content))], fetched.ToImmutable(), InnerPath.Of(written, workingDir, copy.At),
            written.EndsWith('/') || written is "." or ".." || written.EndsWith("/.", StringComparison.Ordinal), copy.Owner is null ? null : expansion.Word(copy.Owner),
            copy.Mode is null ? null : Mode(expansion.Word(copy.Mode), copy.At), copy.Unpacks, copy.Parents, IgnoreFile.From(copy.Excluded.Select(expansion.Word)))
        {
            KeepsOwners = copy.From is not null,
        };
    }

    private static uint Mode(string text, int at)
    {
        try
        {
            uint mode = text.Length is > 0 and <= 5 && text.All(c => c is >= '0' and <= '7') ? Convert.ToUInt32(text, 8) : uint.MaxValue;
            return mode <= 0xFFF ? mode : throw Dockerfile.At(at, $"--chmod={Text.Short(text)} is no mode: write it in octal, for example 755");
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Octal digits that are none: {text}"), e);
        }
    }
}
