using System.Text.RegularExpressions;

namespace Brig.Architecture.Tests;

/// <summary>What CONTRIBUTING.md asks of every file and no compiler checks.</summary>
public sealed partial class SourceTests
{
    private const int LongestFile = 400;

    private static IEnumerable<string> Written => Repository.Files(".", ".cs", ".razor")
        .Where(file => !file.Contains("/Migrations/", StringComparison.Ordinal));

    [Fact]
    public void File_Lines_AtMost400() =>
        Breaches.None(Repository.Files(".", ".cs", ".razor", ".ts", ".css", ".c")
            .Where(file => !file.Contains("/Migrations/", StringComparison.Ordinal))
            .Select(file => (file, lines: Repository.Read(file).AsSpan().Count('\n')))
            .Where(counted => counted.lines > LongestFile)
            .Select(counted => $"{counted.file}: {counted.lines} lines"));

    [Fact]
    public void File_Namespace_IsItsFolderOrOneAbove()
    {
        var wrong =
            from file in Repository.Files("src", ".cs")
            where !file.Contains("/Migrations/", StringComparison.Ordinal)
            let declared = Namespace().Match(Repository.Read(file))
            where declared.Success
            let folder = Path.GetDirectoryName(file)!.Replace("src/", "Brig.", StringComparison.Ordinal).Replace('/', '.')
            where !$"{folder}.".StartsWith($"{declared.Groups[1].Value}.", StringComparison.Ordinal)
            select $"{file} declares {declared.Groups[1].Value}";
        Breaches.None(wrong);
    }

    [Fact]
    public void Unsafe_OutsideLinuxAndShim_Never() =>
        AssertNowhere(Unsafe(), file => file.StartsWith("src/", StringComparison.Ordinal)
            && !file.StartsWith("src/Linux/", StringComparison.Ordinal)
            && !file.StartsWith("src/Shim/", StringComparison.Ordinal));

    [Fact]
    public void Tasks_BlockedOn_Never() =>
        // But for the one adapter whose whole purpose it is: a synchronous tar reader over a request's asynchronous body.
        AssertNowhere(Blocking(), file => file.StartsWith("src/", StringComparison.Ordinal) && file != "src/Engine/Images/Streams.cs");

    [Fact]
    public void AsyncVoid_InProducts_Never() =>
        AssertNowhere(AsyncVoid(), file => file.StartsWith("src/", StringComparison.Ordinal));

    [Fact]
    public void Promise_OfWorkToCome_Never() =>
        AssertNowhere(Promise(), file => !file.EndsWith("SourceTests.cs", StringComparison.Ordinal));

    /// <summary>The dashboard lies below a path nobody knows beforehand: only what is relative to the page's base stays in it.</summary>
    [Fact]
    public void Address_InPages_NeverBeginsWithASlash() =>
        AssertNowhere(FromTheRoot(), file => file.StartsWith("src/Web/Components/", StringComparison.Ordinal));

    /// <summary>A name that leads to its container is ContainerName, which marks those without walls; a page of the container itself says so in its head.</summary>
    [Fact]
    public void LinkToContainer_OutsideItsOwnPage_IsContainerName() =>
        AssertNowhere(ToContainer(), file => file.EndsWith(".razor", StringComparison.Ordinal) && !OwnPage().IsMatch(file));

    /// <summary>Only where a line has the mark of its event, which may be of what the container was then.</summary>
    [Fact]
    public void ContainerNameWithoutMark_OutsideEvents_Never() =>
        AssertNowhere(Unmarked(), file => file.EndsWith(".razor", StringComparison.Ordinal) && Path.GetFileName(file) is not ("EventsPage.razor" or "EventList.razor" or "ContainerName.razor"));

    private static void AssertNowhere(Regex pattern, Func<string, bool> searched)
    {
        var found =
            from file in Written
            where searched(file)
            from line in Repository.Read(file).Split('\n').Select((text, index) => (text, number: index + 1))
            where !line.text.TrimStart().StartsWith("//", StringComparison.Ordinal) || pattern == Promise()
            where pattern.IsMatch(line.text)
            select $"{file}:{line.number}: {line.text.Trim()}";
        Breaches.None(found);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\bunsafe\b(?=\s+[\w{(*])|\bDllImport\b|\bLibraryImport\b|\bstackalloc\b.*\*")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\.GetAwaiter\(\)\.GetResult\(\)|Async\([^)]*\)\.(Result|Wait\()|\btask\.(Result|Wait\()", RegexOptions.IgnoreCase)]
    private static partial Regex Blocking();

    [GeneratedRegex("""(href|action|src)="(@\(\$")?/|NavigateTo\(\$?"/|(?<!@page )"/(containers|images|tasks|events|create|networks|volumes|pods|stacks|api)\b""")]
    private static partial Regex FromTheRoot();

    /// <summary>Not those with an icon or a class of their own inside: "to the container" beside a name that is marked.</summary>
    [GeneratedRegex("""<(a|NavLink)\b(?![^>]*class="(button|mark)\b)[^>]*href="@\(\$"containers/\{""")]
    private static partial Regex ToContainer();

    /// <summary>The container's own page, its rows' second links, and the end of a log beside its head.</summary>
    [GeneratedRegex(@"/Parts/(Tabs/|ContainerName\.razor)|/Pages/(ContainerPage|PostMortemPage)\.razor$")]
    private static partial Regex OwnPage();

    [GeneratedRegex("""<ContainerName\b[^>]*Unmarked=""")]
    private static partial Regex Unmarked();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")]
    private static partial Regex Promise();
}
