using System.Text.Json;

namespace Brig.Architecture.Tests;

/// <summary>Every build of a commit uses the same packages, from wherever a machine gets them.</summary>
public sealed class PackageTests
{
    public static TheoryData<string> Projects => [.. Repository.Files(".", ".csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_PackageVersions_AreCentral(string project) =>
        Breaches.None(Repository.Project(project).Descendants("PackageReference")
            .Where(item => item.Attribute("Version") is not null || item.Attribute("VersionOverride") is not null)
            .Select(item => item.Attribute("Include")!.Value));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_LockFile_IsThere(string project) =>
        Assert.True(File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json")), $"{project} has no packages.lock.json");

    [Fact]
    public void CentralVersions_Ranges_None() =>
        Assert.All(Repository.Project("Directory.Packages.props").Descendants("PackageVersion"),
            item => Assert.Matches(@"^\d+\.\d+\.\d+(-[\w.]+)?$", item.Attribute("Version")!.Value));

    [Fact]
    public void NpmPackages_Versions_AreExact()
    {
        using var package = JsonDocument.Parse(Repository.Read("wwwroot-assets/package.json"));
        var ranges =
            from section in new[] { "dependencies", "devDependencies" }
            where package.RootElement.TryGetProperty(section, out _)
            from item in package.RootElement.GetProperty(section).EnumerateObject()
            where !char.IsAsciiDigit(item.Value.GetString()![0])
            select $"{item.Name} {item.Value}";
        Breaches.None(ranges);
    }

    [Fact]
    public void Text_OfARegistry_Nowhere()
    {
        string[] registries = ["nuget" + ".org/", "npmjs" + ".org", "npmjs" + ".com"];
        Breaches.None(Repository.Files(".")
            .Where(file => !Path.GetExtension(file).Contains("png", StringComparison.Ordinal) && !file.EndsWith(".woff2", StringComparison.Ordinal))
            .Where(file => registries.Any(Repository.Read(file).Contains)));
    }
}
