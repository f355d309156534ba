using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Logs;

/// <summary>One story: a container that lives, one that is removed, one that removes itself, and an engine that ends and begins meanwhile.</summary>
public sealed class SearchTests
{
    [Fact]
    public async Task Search_LivingAndRemovedContainersOverARestart_FindsEachLineOnce()
    {
        await using var scene = await EngineScene.StartAsync();
        var lives = await scene.RunAsync("i=0; while true; do i=$((i+1)); echo lives number $i; sleep 0.01; done", spec => spec with { Name = "lives" });
        var removed = await scene.RunAsync("echo removed number 1; echo removed number 2 >&2; exit 3", spec => spec with { Name = "gone", Labels = spec.Labels.Add("of", "a test") });
        await scene.Containers.WaitAsync(removed.Id.Value).WaitAsync(Wait.Limit);
        await scene.Containers.RemoveAsync(removed.Id.Value);
        var passing = await scene.RunAsync("echo passing number 1", spec => spec with { Name = "passing", AutoRemove = true });
        await Wait.Until(() => scene.Get<ILogSearch>().Removed("passing") is not null && Directory.Exists(scene.Paths.KeptLog(passing.Id)), "it removed itself, and its log is kept");
        await Wait.Until(async () => await CountAsync("lives") > 20, "it writes");

        await scene.EndAsync();
        await scene.BeginAsync();
        int before = await CountAsync("lives");
        await Wait.Until(async () => await CountAsync("lives") > before + 20, "it goes on writing");
        await scene.Containers.KillAsync("lives");
        await scene.Containers.WaitAsync("lives").WaitAsync(Wait.Limit);

        var (sources, lines) = await FindAsync(new() { Text = "number", Limit = 10_000, Order = SearchOrder.Oldest });
        Assert.Equal(["gone", "lives", "passing"], sources.Select(source => source.Name).Order());
        Assert.Equal(3, sources.Single(source => source.Name == "gone").ExitCode);
        var ofLives = lines.Where(line => sources[line.Source].Name == "lives").Select(line => int.Parse(line.Text.Split(' ')[2], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(Enumerable.Range(1, ofLives.Length), ofLives);
        Assert.Equal(["removed number 1", "removed number 2"], lines.Where(line => sources[line.Source].Name == "gone").OrderBy(line => line.Position).Select(line => line.Text));
        Assert.Equal(lines.Select(line => line.Nanoseconds).Order(), lines.Select(line => line.Nanoseconds));
        Assert.Single((await FindAsync(new() { Sources = ["label:of=a test"], Output = OutputStream.Stderr })).Lines);

        var read = new List<LogLine>();
        await foreach (var batch in scene.Logs.ReadAsync(removed.Id.Value, new()))
            read.AddRange(batch.Lines);
        Assert.Equal(2, read.Count);
        Assert.Equal("removed number 2", (await scene.Get<ILogSearch>().AroundAsync("gone", read.Single(line => line.Stream == OutputStream.Stderr).Position, 0, 0)).Single().Text);
        await scene.Get<ILogSearch>().ForgetAsync("gone");
        Assert.Empty((await FindAsync(new() { Text = "removed number" })).Lines);

        async Task<int> CountAsync(string name) => (int)(await SearchAsync(new() { Text = "number", Sources = [name], Limit = 0 }))[^1].Progress.Found;

        async Task<(List<LogSource> Sources, List<FoundLine> Lines)> FindAsync(LogSearch search)
        {
            var batches = await SearchAsync(search);
            return ([.. batches.SelectMany(batch => batch.Sources)], [.. batches.SelectMany(batch => batch.Lines)]);
        }

        async Task<List<LogSearchBatch>> SearchAsync(LogSearch search)
        {
            var batches = new List<LogSearchBatch>();
            await foreach (var batch in scene.Get<ILogSearch>().SearchAsync(search))
                batches.Add(batch);
            return batches;
        }
    }
}
