using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;

namespace Brig.Api.Tests.Support;

/// <summary>One file in every container, and what was written last.</summary>
internal sealed class FakeContainerFiles(IContainers containers) : IContainerFiles
{
    public string? Written { get; private set; }

    /// <summary>The container was removed before its files are measured.</summary>
    public bool Gone { get; set; }

    public Task<ContainerFile> StatAsync(string idOrName, string path, CancellationToken stop = default)
    {
        containers.Get(idOrName);
        return path == "/etc/motd"
            ? Task.FromResult(new ContainerFile("motd", ContainerFileKind.File, 5, "0644", 0, 7, DateTimeOffset.UnixEpoch, null))
            : throw EngineException.NotFound($"There is no \"{path}\" in container {idOrName}.");
    }

    public async Task ReadAsync(string idOrName, string path, Stream to, CancellationToken stop = default) => await to.WriteAsync("a tar"u8.ToArray(), stop);

    public async Task ReadFolderAsync(string idOrName, string path, string name, Stream to, CancellationToken stop = default) =>
        await to.WriteAsync(System.Text.Encoding.UTF8.GetBytes("folder " + name), stop);

    public async Task WriteAsync(string idOrName, string path, Stream tar, CancellationToken stop = default)
    {
        using var reader = new StreamReader(tar);
        Written = $"{idOrName} {path} {await reader.ReadToEndAsync(stop)}";
    }

    public Task<IReadOnlyList<PathChange>> ChangesAsync(string idOrName, CancellationToken stop = default) =>
        Task.FromResult<IReadOnlyList<PathChange>>([new("/etc", PathChangeKind.Changed), new("/etc/new", PathChangeKind.Added), new("/bin/old", PathChangeKind.Deleted)]);

    public Task<ContainerSize> SizeAsync(string idOrName, CancellationToken stop = default) => Gone ? throw EngineException.NotFound("It is gone.") : Task.FromResult(new ContainerSize(10, 110));
}
