using Brig.Engine.Build;

namespace Brig.Engine.Tests.Build;

public sealed class BuildProgressTests
{
    [Fact]
    public async Task Read_StagesAtTheSameTime_TellsThemInTheFilesOrder()
    {
        var progress = new BuildProgress();
        progress.Begin([0, 2]);
        await progress.TellAsync(2, new BuildEvent.Printed("of the second"), default);
        await progress.TellAsync(0, new BuildEvent.Printed("of the first"), default);
        progress.End();

        Assert.Equal(["of the first", "of the second"], await LinesAsync(progress));
    }

    [Fact]
    public async Task Tell_MoreThanIsKept_WaitsForTheReader_AndLosesNothing()
    {
        var progress = new BuildProgress();
        progress.Begin([0]);
        var telling = Task.Run(async () =>
        {
            for (int i = 0; i < 5000; i++)
            {
                await progress.TellAsync(0, new BuildEvent.Printed($"{i}"), default);
            }
            progress.End(0);
        });

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"{i}"), await LinesAsync(progress));
        await telling;
    }

    [Fact]
    public async Task Read_ABuildThatEndsBeforeItBegins_Ends()
    {
        var progress = new BuildProgress();
        progress.End();

        Assert.Empty(await LinesAsync(progress));
    }

    private static async Task<List<string>> LinesAsync(BuildProgress progress)
    {
        var lines = new List<string>();
        await foreach (var told in progress.ReadAsync())
        {
            lines.Add(((BuildEvent.Printed)told).Line);
        }
        return lines;
    }
}
