using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Files;

namespace Brig.Engine.Tests.Stacks;

/// <summary>A stack's folder with some files in it.</summary>
internal sealed class ComposeScene : IDisposable
{
    public static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "Stacks", "files");

    public string Root { get; } = Directory.CreateTempSubdirectory("brig-compose-").FullName;
    public Dictionary<string, string> Variables { get; } = [];
    public Findings Findings { get; private set; } = new();

    public ComposeScene With(string path, string text)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public ComposeProject? TryRead(params string[] files)
    {
        Findings = new();
        return ProjectReader.Read(new StackFolder(Root, false), files.Length == 0 ? ["compose.yaml"] : files, Variables, Findings);
    }

    /// <summary>Without anything being wrong.</summary>
    public ComposeProject Read(params string[] files)
    {
        var project = TryRead(files);
        Assert.DoesNotContain(Findings.All, found => found.Severity == FindingSeverity.Error);
        return project!;
    }

    /// <summary>What is wrong, as <c>line:column sentence</c>.</summary>
    public static string[] Errors(string yaml)
    {
        using var scene = new ComposeScene().With("compose.yaml", yaml);
        scene.TryRead();
        return [.. scene.Findings.All.Where(found => found.Severity == FindingSeverity.Error).Select(found => $"{found.Place.Line}:{found.Place.Column} {found.Message}")];
    }

    public static ComposeService Web(string yaml)
    {
        using var scene = new ComposeScene().With("compose.yaml", yaml);
        return scene.Read().Services["web"];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
