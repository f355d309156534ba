namespace Brig.Kernel.Tests.Attacks;

/// <summary>Every attack of <see cref="Catalog"/> on a real container. What comes of it stands in docs/isolation.md.</summary>
[Trait("Guest", "too")]
public class AttackTests(AttackRange range) : IClassFixture<AttackRange>
{
    public static TheoryData<string> All => [.. Catalog.All.Select(attack => attack.Name)];
    public static TheoryData<string> Shown => [.. Catalog.All.Where(attack => attack.NotShown is null).Select(attack => attack.Name)];

    public static TheoryData<string, string> Walls
    {
        get
        {
            var walls = new TheoryData<string, string>();
            foreach (var attack in Catalog.All.Where(attack => attack.Walls.Length > 1))
            {
                foreach (var wall in attack.Walls)
                {
                    walls.Add(attack.Name, wall.Name);
                }
            }
            return walls;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Attack_DefaultContainer_Fails(string name)
    {
        var outcome = await range.TryAsync(Trial.Default(Catalog.Get(name)));
        Assert.True(outcome.Result != Result.Succeeded, outcome.ToString());
    }

    /// <summary>Else the test above would be none: the attack could not work anywhere.</summary>
    [Theory]
    [MemberData(nameof(Shown))]
    public async Task Attack_WallsDown_Succeeds(string name)
    {
        var outcome = await range.TryAsync(Trial.WithoutWalls(Catalog.Get(name)));
        Assert.True(outcome.Result != Result.Stopped, outcome.ToString());
    }

    /// <summary>Two walls are two: each holds when the other has fallen.</summary>
    [Theory]
    [MemberData(nameof(Walls))]
    public async Task Attack_OneWallLeft_Fails(string name, string wall)
    {
        var attack = Catalog.Get(name);
        var outcome = await range.TryAsync(Trial.WithOnly(attack, attack.Walls.Single(one => one.Name == wall)));
        Assert.True(outcome.Result != Result.Succeeded, outcome.ToString());
    }

    /// <summary>The table is of one kernel. Another one, the guest's, is asked only for what that one does not have.</summary>
    [Fact]
    public Task Document_TableOfAttacks_IsWhatWasFound() =>
        IsolationDocument.Lines("attacks")[0] == Machine || Environment.GetEnvironmentVariable("BRIG_WRITE_TABLES") is "1" ? CheckAllAsync() : CheckMissingAsync();

    private static string Machine => $"Measured on Linux {IsolationDocument.Kernel}.";

    private async Task CheckMissingAsync()
    {
        string[] missing = [.. IsolationDocument.Lines("attacks").Where(line => line.Contains("| not in this kernel |", StringComparison.Ordinal))];
        var rows = new List<string> { "| Attack | By default | With its walls down | Name |", "|---|---|---|---|" };
        foreach (var attack in Catalog.All.Where(attack => missing.Any(line => line.EndsWith($"| {attack.Name} |", StringComparison.Ordinal))))
        {
            rows.Add($"| {attack.Title} | {Word(await range.TryAsync(Trial.Default(attack)))} | {await WithoutWallsAsync(attack)} | {attack.Name} |");
        }
        IsolationDocument.Check("attacks on another kernel", Machine, rows);
    }

    private static string Word(Outcome outcome) => outcome.Result switch { Result.Succeeded => "**works**", Result.Stopped => "fails", _ => "not in this kernel" };

    private async Task CheckAllAsync()
    {
        var rows = new List<string> { "| Attack | Stopped by | By default | With that down | Name |", "|---|---|---|---|---|" };
        foreach (var attack in Catalog.All)
        {
            rows.Add($"| {attack.Title}{(attack.Asked is { } asked ? $" ({asked})" : "")} | {attack.WallNames} | {Word(await range.TryAsync(Trial.Default(attack)))} | {await WithoutWallsAsync(attack)} | {attack.Name} |");
        }
        IsolationDocument.Check("attacks", Machine, rows);
    }

    private async Task<string> WithoutWallsAsync(Attack attack)
    {
        if (attack.NotShown is { } reason)
        {
            return "not shown: " + reason;
        }
        var outcome = await range.TryAsync(Trial.WithoutWalls(attack));
        return outcome.Result switch { Result.Succeeded => attack.Dummy is null ? "works" : "works on a dummy", Result.Stopped => "**fails**", _ => "not in this kernel" };
    }
}
