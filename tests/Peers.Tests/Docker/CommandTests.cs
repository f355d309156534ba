namespace Brig.Peers.Tests.Docker;

/// <summary>The docker command, as Debian has it: every check passes with dockerd, so that what is expected is Docker's, and then with Brig.</summary>
[Collection(ClientCollection.Name)]
public class CommandTests(ClientScene scene)
{
    /// <summary>Checks that Brig does not pass yet; one of them that passes has no place here.</summary>
    private static readonly HashSet<string> s_notYet = [.. File.ReadAllLines(Path.Combine(CheckReader.Folder, "not-yet")).Where(line => line.Length > 0)];

    public static TheoryData<string> Titles => [.. CheckReader.All.Select(check => check.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Check_WithDockerdAndWithBrig_DoesTheSame(string title)
    {
        var (docker, brig) = await scene.ResultsAsync(CheckReader.All.Single(check => check.Title == title));
        Assert.True(docker.Passed, docker.ToString());
        if (s_notYet.Contains(title))
        {
            Assert.False(brig.Passed, $"{title}: it passes; take it out of the file not-yet.");
        }
        else
        {
            Assert.True(brig.Passed, brig.ToString());
        }
    }

    [Fact]
    public void Checks_All_AreManyAndEachHasItsName()
    {
        Assert.True(CheckReader.All.Length > 300, $"{CheckReader.All.Length}");
        Assert.Empty(s_notYet.Except(CheckReader.All.Select(check => check.Title)));
        Assert.Equal(CheckReader.All.Length, CheckReader.All.Select(check => check.Title).Distinct().Count());
    }
}
