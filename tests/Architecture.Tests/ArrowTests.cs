namespace Brig.Architecture.Tests;

/// <summary>The arrows of docs/architecture.md. Each list says what a folder must never mention.</summary>
public sealed class ArrowTests
{
    private const string EngineFolders = "Build Containers Images Tasks Metrics Logs Terminals Events State Ids Health Pods PostMortems History Alerts Sizing";
    private const string WebFolders = "Components.Pages Components.Parts Components.Layout Hubs Api Auth Prometheus";

    /// <summary>The words every folder of the engine speaks: values without behaviour.</summary>
    private static readonly string[] Words = ["Brig.Engine.Containers.ContainerId", "Brig.Engine.Containers.OutputStream"];

    public static TheoryData<string, string> EngineArrows => new()
    {
        { "Build", Without("History PostMortems Alerts Sizing") },
        { "Containers", Without("Build Pods PostMortems History Alerts Sizing") },
        { "Pods", Without("Build PostMortems History Alerts Sizing") },
        { "PostMortems", Without("Pods History Alerts Sizing") },
        { "History", "Containers Metrics Events State" },
        { "Sizing", "Containers History Metrics" },
        { "Alerts", "History Containers Health Images Metrics Logs Events State" },
        { "Images", "Tasks Events State" },
        { "Tasks", "State" },
        { "Metrics", "Events State" },
        { "Logs", "Events State" },
        { "Terminals", "Events State" },
        { "Events", "State" },
        { "State", "Events" },
        { "Ids", "" },
        { "Health", "" },
    };

    public static TheoryData<string, string> WebArrows => new()
    {
        { "Components.Pages", "Components.Parts Components.Layout Auth" },
        { "Components.Parts", "Components.Layout Auth" },
        { "Components.Layout", "Components.Parts Auth" },
        { "Hubs", "Auth" },
        { "Api", "" },
        { "Prometheus", "Hubs Api" },      // tells how many watch; writes the routes as the others are
        { "Auth", "Api" },      // refuses with the same problem details
    };

    [Theory]
    [InlineData("Brig.Linux", "")]
    [InlineData("Brig.Engine", "Brig.Linux")]
    [InlineData("brig", "Brig.Engine")]
    public void Assembly_OfProducts_RefersOnlyDownwards(string assembly, string allowed)
    {
        IEnumerable<string> ours = References.Assemblies(Repository.Assembly(assembly)).Where(name => name.StartsWith("Brig.", StringComparison.Ordinal));
        Breaches.None(ours.Except(allowed.Split(' ')));
    }

    [Theory]
    [InlineData("src/Linux/Brig.Linux.csproj", "")]
    [InlineData("src/Shim/Brig.Shim.csproj", "../Linux/Brig.Linux.csproj")]
    [InlineData("src/Engine/Brig.Engine.csproj", "../Linux/Brig.Linux.csproj")]
    [InlineData("src/Web/Brig.Web.csproj", "../Engine/Brig.Engine.csproj")]
    public void Project_References_OnlyWhatIsBelow(string project, string allowed)
    {
        IEnumerable<string> referenced = Repository.Project(project).Descendants("ProjectReference").Select(item => item.Attribute("Include")!.Value);
        Assert.Equal(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), referenced);
    }

    [Theory]
    [InlineData("src/Linux/Brig.Linux.csproj")]
    [InlineData("src/Shim/Brig.Shim.csproj")]
    public void LeafAndShim_Packages_None(string project) =>
        Breaches.None(Repository.Project(project).Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value));

    [Fact]
    public void Engine_Http_IsUnknown()
    {
        string[] http = ["Microsoft.AspNetCore", "Radzen"];
        Breaches.None(References.Assemblies(Repository.Assembly("Brig.Engine")).Where(name => http.Any(name.StartsWith)));
    }

    /// <summary>A registry is asked by HTTP, in one folder; ADD asks whatever address it names, and an alert whatever its target is.</summary>
    [Fact]
    public void EngineAsAClient_OfRegistriesOfAddAndOfTargetsAlone() =>
        Breaches.None(References.Between(Repository.Assembly("Brig.Engine"))
            .Where(pair => pair.To.StartsWith("System.Net.Http.", StringComparison.Ordinal) && !pair.From.StartsWith("Brig.Engine.Images.Registry.", StringComparison.Ordinal)
                && !pair.From.StartsWith("Brig.Engine.Alerts.Sending.WebhookSender", StringComparison.Ordinal) && !pair.From.StartsWith("Brig.Engine.Build.Fetcher", StringComparison.Ordinal) && !pair.From.StartsWith("Brig.Engine.Build.OutsideConnection", StringComparison.Ordinal))
            .Select(pair => $"{pair.From} mentions {pair.To}"));

    [Theory]
    [MemberData(nameof(EngineArrows))]
    public void EngineFolder_Mentions_OnlyItsArrows(string folder, string allowed) =>
        AssertArrows("Brig.Engine", "Brig.Engine", folder, EngineFolders, allowed);

    [Theory]
    [MemberData(nameof(WebArrows))]
    public void WebFolder_Mentions_OnlyItsArrows(string folder, string allowed) =>
        AssertArrows("brig", "Brig.Web", folder, WebFolders, allowed);

    private static string Without(string folders) => string.Join(' ', EngineFolders.Split(' ').Except(folders.Split(' ')));

    private static void AssertArrows(string assembly, string root, string folder, string folders, string allowed)
    {
        string[] forbidden = [.. folders.Split(' ').Except([folder, .. allowed.Split(' ')])];
        var wrong = References.Between(Repository.Assembly(assembly))
            .Where(pair => In(pair.From, folder) && !Words.Contains(pair.To) && forbidden.Any(other => In(pair.To, other)))
            .Select(pair => $"{pair.From} mentions {pair.To}");
        Breaches.None(wrong);

        bool In(string type, string name) => type.StartsWith($"{root}.{name}.", StringComparison.Ordinal);
    }
}
