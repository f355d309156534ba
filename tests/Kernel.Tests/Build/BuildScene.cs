using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Images;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;

namespace Brig.Kernel.Tests.Build;

/// <summary>Builds in an engine of one's own.</summary>
internal sealed class BuildScene(EngineScene engine) : IAsyncDisposable
{
    public EngineScene Engine => engine;
    public IBuilder Builder => engine.Get<IBuilder>();
    public ITasks Tasks => engine.Get<ITasks>();

    /// <summary>In somebody else's engine.</summary>
    public static BuildScene Of(EngineScene engine) => new(engine);

    public static async Task<BuildScene> StartAsync() => new(await EngineScene.StartAsync());

    /// <summary>Builds to the end; fails with the build's own sentence and output.</summary>
    public async Task<Image> BuildAsync(string dockerfile, Func<BuildRequest, BuildRequest>? request = null, params (string Name, string Content)[] files)
    {
        var task = await RunAsync(dockerfile, request, files);
        Assert.True(task.State == EngineTaskState.Succeeded, $"{task.Error}\n{string.Join('\n', await OutputAsync(task))}");
        return engine.Images.Get(task.Result!);
    }

    public async Task<EngineTask> RunAsync(string dockerfile, Func<BuildRequest, BuildRequest>? request = null, params (string Name, string Content)[] files)
    {
        var asked = new BuildRequest { Dockerfile = dockerfile, Network = false };
        var task = await Builder.StartAsync(request?.Invoke(asked) ?? asked, files.Length == 0 ? null : Context(files));
        return await Tasks.WaitAsync(task.Id);
    }

    public async Task<string[]> OutputAsync(EngineTask task)
    {
        var lines = new List<string>();
        await foreach (var line in Tasks.OutputAsync(task.Id))
        {
            lines.Add(line.Text);
        }
        return [.. lines];
    }

    /// <summary>What a script prints in a container of the image.</summary>
    public async Task<string[]> PrintsAsync(Image image, string script)
    {
        var container = await engine.Containers.CreateAsync(new() { Image = image.Digest, Entrypoint = ["/bin/sh", "-c", script], User = "0" });
        await engine.Containers.StartAsync(container.Id.Value);
        await engine.Containers.WaitAsync(container.Id.Value);
        string[] output = await engine.OutputAsync(container);
        await engine.Containers.RemoveAsync(container.Id.Value, force: true);
        return output;
    }

    /// <param name="files">A name that ends in a slash is a directory; content that begins with "-> " a symlink.</param>
    public static MemoryStream Context(params (string Name, string Content)[] files)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                var kind = name.EndsWith('/') ? TarEntryType.Directory : content.StartsWith("-> ", StringComparison.Ordinal) ? TarEntryType.SymbolicLink : TarEntryType.RegularFile;
                var entry = new PaxTarEntry(kind, name) { Mode = (UnixFileMode)(kind == TarEntryType.Directory ? 0x1ED : 0x1A4), ModificationTime = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero) };
                if (kind == TarEntryType.SymbolicLink)
                {
                    entry.LinkName = content[3..];
                }
                if (kind == TarEntryType.RegularFile)
                {
                    entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                }
                writer.WriteEntry(entry);
            }
        }
        tar.Position = 0;
        return tar;
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
