using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Web.Components.Parts;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Layout;

/// <summary>One line of the command palette: a place to go, or a verb to run on a container.</summary>
internal sealed record PaletteChoice(string Icon, string Text, string Hint, string? Path, Verb? Verb = null, Container? Container = null)
{
    private const int Shown = 12;

    /// <summary>Places and containers whose words all occur in it; with a verb among the words also that verb on each container it fits.</summary>
    public static PaletteChoice[] Find(string text, ImmutableArray<Container> containers)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. All(containers, words.Length > 0).Where(c => words.All(w => c.Matches(w))).OrderByDescending(c => c.Score(words)).Take(Shown)];
    }

    private static IEnumerable<PaletteChoice> All(ImmutableArray<Container> containers, bool verbs)
    {
        foreach (var (path, icon) in Rail.Places)
            yield return new(icon, T("frame." + icon), T("frame.go"), path);
        yield return new("add", T("frame.create"), T("frame.go"), "/create");
        foreach (var c in containers)
            yield return new(StateLook.Of(c.State).Key, c.Name, c.Spec.Image, "/containers/" + c.Id);
        if (!verbs)
            yield break;
        foreach (var c in containers)
        {
            yield return new("events", T("frame.logsOf", c.Name), T("frame.go"), $"/containers/{c.Id}/logs");
            yield return new("terminal", T("frame.terminalOf", c.Name), T("frame.go"), $"/containers/{c.Id}/terminal");
            foreach (var verb in Verbs.All.Where(v => Verbs.Fits(v, c.State.Status)))
                yield return new(Verbs.Key(verb), T("frame.verbOn", Verbs.Name(verb), c.Name), StateLook.Of(c.State).Word, null, verb, c);
        }
    }

    private bool Matches(string word) => Text.Contains(word, StringComparison.OrdinalIgnoreCase) || Hint.Contains(word, StringComparison.OrdinalIgnoreCase);

    private int Score(string[] words) => words.Count(w => Text.StartsWith(w, StringComparison.OrdinalIgnoreCase));
}
