using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Brig.Engine.Images;

namespace Brig.Web.Components.Parts.Images;

/// <summary>A step of how an image was made.</summary>
/// <param name="Layer">The layer it made, the lowest is 0; null: none.</param>
/// <param name="Words">The instruction as it stands in a Dockerfile; empty: the image does not say.</param>
public sealed partial record LayerStep(int? Layer, string Words, ImageHistory? History)
{
    /// <summary>Oldest first; layers that no step is told for come last, without words.</summary>
    public static ImmutableArray<LayerStep> Of(Image image)
    {
        var steps = ImmutableArray.CreateBuilder<LayerStep>();
        var next = 0;
        foreach (var told in image.History)
        {
            var makes = !told.EmptyLayer && next < image.Layers.Length;
            steps.Add(new(makes ? next++ : null, Instruction(told.CreatedBy ?? ""), told));
        }

        while (next < image.Layers.Length)
            steps.Add(new(next++, "", null));
        return steps.ToImmutable();
    }

    /// <summary>What Docker, BuildKit and Brig each write of the same instruction, as one wrote it.</summary>
    public static string Instruction(string createdBy)
    {
        var words = createdBy.Trim();
        if (words.EndsWith("# buildkit", StringComparison.Ordinal))
            words = words[..^"# buildkit".Length].TrimEnd();
        var shell = Shell().Match(words);
        if (!shell.Success)
            return words;
        words = words[shell.Length..].TrimStart();
        return words.StartsWith("#(nop)", StringComparison.Ordinal) ? words["#(nop)".Length..].TrimStart() : "RUN " + words;
    }

    [GeneratedRegex(@"^(?:RUN )?(?:\|\d+ (?:[^ =]+=.*? )*?)?/bin/sh -c ", RegexOptions.Singleline)]
    private static partial Regex Shell();
}
