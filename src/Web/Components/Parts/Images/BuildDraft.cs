using System.Text.RegularExpressions;

namespace Brig.Web.Components.Parts.Images;

/// <summary>What a person last had in the build form: it is there again when the build has failed and the form is opened anew. One for each circuit.</summary>
public sealed partial class BuildDraft
{
    public string Dockerfile { get; set; } = "";
    public string Tags { get; set; } = "";
    public string Target { get; set; } = "";
    public string Arguments { get; set; } = "";
    public bool NoCache { get; set; }
    public bool Network { get; set; } = true;

    /// <summary>paste, folder or tar: where the context comes from.</summary>
    public string From { get; set; } = "paste";

    /// <summary>The build that was begun from it last.</summary>
    public string? TaskId { get; set; }

    /// <summary>The line that an error of a build names.</summary>
    public static int? LineOf(string? error) => error is not null && Line().Match(error) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, out var line) ? line : null;

    [GeneratedRegex(@"Dockerfile line (\d{1,6})\b")]
    private static partial Regex Line();
}
