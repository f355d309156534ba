using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Stacks;
using Brig.Engine.Volumes;
using Brig.Web.Components.Parts;
using Brig.Web.Components.Parts.Networks;
using Brig.Web.Components.Parts.Registries;
using Brig.Web.Components.Parts.Stacks;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Layout;

/// <summary>One line of the command palette: a place to go, or a verb to run on a container.</summary>
internal sealed record PaletteChoice(string Icon, string Text, string Hint, string? Path, Verb? Verb = null, Container? Container = null)
{
    /// <summary>It is about a container without walls.</summary>
    public bool Privileged => Container?.Spec.Privileged == true;

    private const int Shown = 12;

    /// <summary>Places, containers, stacks, networks and volumes whose words all occur in it; with a verb among the words also that verb on each container it fits.</summary>
    public static PaletteChoice[] Find(string text, ImmutableArray<Container> containers, ImmutableArray<Volume> volumes, ImmutableArray<Network> networks, ImmutableArray<Stack> stacks)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. All(containers, volumes, networks, stacks, words.Length > 0).Where(c => words.All(w => c.Matches(w))).OrderByDescending(c => c.Score(words)).Take(Shown)];
    }

    private static IEnumerable<PaletteChoice> All(ImmutableArray<Container> containers, ImmutableArray<Volume> volumes, ImmutableArray<Network> networks, ImmutableArray<Stack> stacks, bool verbs)
    {
        foreach (var (path, icon) in Rail.Places)
            yield return new(icon, T("frame." + icon), T("frame.go"), path);
        yield return new("add", T("frame.create"), T("frame.go"), "create");
        yield return new("registry", T("registries.title"), T("frame.go"), RegistryLinks.All);
        foreach (var c in containers)
            yield return new(StateLook.Of(c.State).Key, c.Name, c.Spec.Image, "containers/" + c.Id, Container: c);
        foreach (var stack in stacks)
            yield return new("stacks", stack.Name, T("frame.stack"), StackLinks.Page(stack));
        foreach (var n in networks)
            yield return new("networks", n.Name, MapModel.Note(n), NetworkLinks.Page(n));
        if (!verbs)
            yield break;
        foreach (var volume in volumes)
            yield return new("volumes", volume.Name, T("frame.volume"), "volumes/" + volume.Name);
        foreach (var c in containers)
        {
            yield return new("events", T("frame.logsOf", c.Name), T("frame.go"), $"containers/{c.Id}/logs", Container: c);
            yield return new("terminal", T("frame.terminalOf", c.Name), T("frame.go"), $"containers/{c.Id}/terminal", Container: c);
            foreach (var verb in Verbs.All.Where(v => Verbs.Fits(v, c.State.Status)))
                yield return new(Verbs.Key(verb), T("frame.verbOn", Verbs.Name(verb), c.Name), StateLook.Of(c.State).Word, null, verb, c);
        }
    }

    private bool Matches(string word) => Text.Contains(word, StringComparison.OrdinalIgnoreCase) || Hint.Contains(word, StringComparison.OrdinalIgnoreCase);

    private int Score(string[] words) => words.Count(w => Text.StartsWith(w, StringComparison.OrdinalIgnoreCase));
}
