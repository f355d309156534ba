using System.Formats.Tar;
using Brig.Engine.Build;
using Brig.Engine.Stacks;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Peers.Tests.Applications;

/// <summary>
/// An engine with the images of the folder <c>examples</c>, <c>example/nginx</c> and the others: built by its own builder on Debian's packages, all at once. They stand in for those of the registries, so
/// they have the names that the template of the shop asks for too; the application's is built as the template says.
/// </summary>
public sealed class ExampleImages : IAsyncLifetime
{
    public const string Base = "debian:bookworm-slim";
    public static readonly string[] Names = ["nginx", "postgres", "redis", "python"];

    /// <summary>By the names that <see cref="Template"/> has for them.</summary>
    public static readonly string[] OfTemplate = ["nginx:1.28-alpine", "postgres:17-alpine", "shop-app"];

    public EngineScene Engine { get; private set; } = null!;

    public StackTemplate Template => Engine.Get<IStacks>().Templates.Single(template => template.Key == "web-postgres");

    public async Task InitializeAsync()
    {
        Engine = await EngineScene.StartAsync();
        string tar = (await Tool.RunAsync(AppContext.BaseDirectory + "/Applications/base")).Trim();
        await using var stream = File.OpenRead(tar);
        await Engine.Images.ImportAsync(Base, stream, new() { Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], Command = ["bash"] });
        await Task.WhenAll(Names.Select(name => BuildAsync($"{AppContext.BaseDirectory}/examples/{name}", new() { Tags = ["example/" + name] })));
        await Engine.Images.TagAsync("example/nginx", OfTemplate[0]);
        await Engine.Images.TagAsync("example/postgres", OfTemplate[1]);
        await BuildAsync(null, new() { Tags = [OfTemplate[2]], Dockerfile = Inline(Template.Texts["compose.yaml"]) });    // its steps are those of example/python: known
    }

    public async Task DisposeAsync() => await Engine.DisposeAsync();

    /// <param name="folder">The context; null: an empty one.</param>
    private async Task BuildAsync(string? folder, BuildRequest request)
    {
        using var context = new MemoryStream();
        if (folder is not null)
        {
            await TarFile.CreateFromDirectoryAsync(folder, context, includeBaseDirectory: false);
        }
        else
        {
            await using var empty = new TarWriter(context, leaveOpen: true);
        }
        context.Position = 0;
        var tasks = Engine.Get<ITasks>();
        var task = await Engine.Get<IBuilder>().StartAsync(request with { HostNetwork = true }, context);
        task = await tasks.WaitAsync(task.Id).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(5)));
        var said = new List<string>();
        await foreach (var line in tasks.OutputAsync(task.Id))
        {
            said.Add(line.Text);
        }
        Assert.True(task.State == EngineTaskState.Succeeded, $"{request.Tags[0]}: {task.Error}\n{string.Join('\n', said.TakeLast(40))}");
    }

    /// <summary>The text below <c>dockerfile_inline: |</c>, which is further in than that.</summary>
    private static string Inline(string compose)
    {
        string[] lines = compose.Split('\n');
        int at = Array.FindIndex(lines, line => line.TrimStart().StartsWith("dockerfile_inline: |", StringComparison.Ordinal));
        int indent = Indent(lines[at]);
        return string.Concat(lines.Skip(at + 1).TakeWhile(line => Indent(line) > indent).Select(line => line[(indent + 2)..] + "\n"));
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;
}
