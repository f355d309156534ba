using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>Why a program could not be started, so that clients find in it what they look for: the docker command makes its exit code of the words.</summary>
internal static class StartErrors
{
    private const string CommandNotFound = "Command not found: ";   // the shim's words
    private const string NotFound = "executable file not found in $PATH", Missing = "no such file or directory", Denied = "permission denied";

    public static string Sentence(string ours) =>
        IsMissing(ours) ? With(ours, ours.AsSpan(CommandNotFound.Length).StartsWith("/") ? Missing : NotFound)
        : IsDenied(ours) ? With(ours, Denied)
        : ours;

    /// <summary>Surely of a start, and of nothing that happened to a program that ran.</summary>
    public static bool IsOne(string ours) => IsMissing(ours) || IsDenied(ours);

    public static EngineException Translate(EngineException e) => new(e.Kind, Sentence(e.Message), e);

    /// <summary>127: there is no such program; 126: it may not be executed; 128: something else.</summary>
    public static int ExitCode(string ours) => Sentence(ours) switch
    {
        var text when text.Contains(NotFound, StringComparison.Ordinal) || text.Contains(Missing, StringComparison.Ordinal) => 127,
        var text when text.Contains(Denied, StringComparison.Ordinal) => 126,
        _ => 128,
    };

    private static bool IsMissing(string ours) => ours.StartsWith(CommandNotFound, StringComparison.Ordinal);

    private static bool IsDenied(string ours) => ours.EndsWith("is not executable.", StringComparison.Ordinal);

    private static string With(string ours, string words) => ours.Contains(words, StringComparison.Ordinal) ? ours : $"{ours.TrimEnd('.')}: {words}.";
}
