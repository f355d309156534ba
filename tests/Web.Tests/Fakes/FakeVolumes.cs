using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Volumes;

namespace Brig.Web.Tests.Fakes;

/// <summary>Volumes in memory. A name that begins with "used" is in use; what was asked for stands in <see cref="Asked"/>.</summary>
public sealed class FakeVolumes : IVolumes, IVolumeFiles
{
    private readonly List<Channel<VolumeChange>> _followers = [];

    public static readonly DateTimeOffset Then = DateTimeOffset.UnixEpoch;

    public Dictionary<string, Volume> All { get; } = [];

    /// <summary>By volume and path.</summary>
    public Dictionary<string, string> Files { get; } = [];

    public List<string> Asked { get; } = [];

    public static Volume Of(string name) => new($"id-{name}", name, Anonymous: false, VolumeKind.Folder, Then) { Path = "/volumes/" + name };

    public void Put(Volume volume)
    {
        All[volume.Name] = volume;
        Publish(new(volume.Name, volume));
    }

    public ImmutableArray<Volume> List() => [.. All.Values.OrderBy(volume => volume.Name, StringComparer.Ordinal)];

    public Live<Volume, VolumeChange> Follow()
    {
        var channel = Channel.CreateBounded<VolumeChange>(100);
        _followers.Add(channel);
        return new(List(), channel.Reader, new Nothing());
    }

    public Volume Get(string name) => All.GetValueOrDefault(name) ?? throw EngineException.NotFound($"There is no volume \"{name}\".");

    public Task<Volume> CreateAsync(VolumeSpec spec, CancellationToken stop = default)
    {
        string name = spec.Name ?? "made-up";
        if (All.ContainsKey(name))
        {
            throw EngineException.Conflict($"There is a volume \"{name}\" already.");
        }
        Asked.Add($"create {name}");
        Put(Of(name) with { Labels = spec.Labels, Options = spec.Options, Anonymous = spec.Anonymous || spec.Name is null });
        return Task.FromResult(Get(name));
    }

    public Task RemoveAsync(string name, CancellationToken stop = default)
    {
        if (Get(name).UsedBy is [var use, ..])
        {
            throw EngineException.Conflict($"Volume {name} is in use by container {use.Container}; remove that first.");
        }
        Asked.Add($"remove {name}");
        All.Remove(name);
        Publish(new(name, null));
        return Task.CompletedTask;
    }

    public Task<VolumePruneReport> PruneAsync(VolumePrune which, CancellationToken stop = default)
    {
        Asked.Add($"prune {which.All} {string.Join(',', which.Labels.IsDefault ? [] : which.Labels)}");
        return Task.FromResult(new VolumePruneReport(["gone"], 4096));
    }

    public Task<Volume> MeasureAsync(string name, CancellationToken stop = default)
    {
        Put(Get(name) with { Size = new(4096, 1, Then) });
        return Task.FromResult(Get(name));
    }

    public Task<VolumeSnapshot> SnapshotAsync(string name, string? snapshot = null, CancellationToken stop = default)
    {
        var made = new VolumeSnapshot("snap", snapshot ?? "1970-01-01", Then, 5, 1, []);
        Put(Get(name) with { Snapshots = [.. Get(name).Snapshots, made] });
        return Task.FromResult(made);
    }

    public Task RemoveSnapshotAsync(string name, string snapshot, CancellationToken stop = default)
    {
        Put(Get(name) with { Snapshots = Get(name).Snapshots.RemoveAll(one => one.Name == snapshot) });
        return Task.CompletedTask;
    }

    public Task<Volume> RestoreAsync(string name, string snapshot, VolumeSpec to, CancellationToken stop = default) => CreateAsync(to, stop);

    public Task<Volume> CloneAsync(string name, VolumeSpec to, CancellationToken stop = default) => CreateAsync(to, stop);

    public async Task ExportAsync(string name, Stream to, CancellationToken stop = default) => await to.WriteAsync("a tar"u8.ToArray(), stop);

    public async Task<Volume> ImportAsync(VolumeSpec to, Stream tar, CancellationToken stop = default)
    {
        Files[to.Name + "/"] = await new StreamReader(tar).ReadToEndAsync(stop);
        return await CreateAsync(to, stop);
    }

    public Task<VolumeFolder> ListAsync(string name, string path, CancellationToken stop = default)
    {
        Get(name);
        string above = path.TrimEnd('/') + "/";
        VolumeFile[] found = [.. Files.Keys.Where(file => file.StartsWith(name + above, StringComparison.Ordinal)).Select(file => file[(name.Length + above.Length)..])
            .Select(rest => rest.Split('/')).Where(parts => parts[0].Length > 0).Select(parts => (Name: parts[0], IsFolder: parts.Length > 1)).Distinct()
            .Select(one => File(name, above + one.Name, one.IsFolder))];
        return found.Length > 0 || path == "/" ? Task.FromResult(new VolumeFolder([.. found], false)) : throw EngineException.NotFound($"There is no \"{path}\" in volume {name}.");
    }

    public Task<VolumeFile> StatAsync(string name, string path, CancellationToken stop = default) =>
        path == "/" || Files.ContainsKey(name + path) ? Task.FromResult(File(name, path, path == "/")) : throw EngineException.NotFound($"There is no \"{path}\" in volume {name}.");

    public async Task<FileStream> OpenAsync(string name, string path, CancellationToken stop = default)
    {
        await StatAsync(name, path, stop);
        string file = Path.GetTempFileName();
        await System.IO.File.WriteAllTextAsync(file, Files[name + path], stop);
        return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, FileOptions.DeleteOnClose);
    }

    public async Task PutAsync(string name, string path, Stream content, CancellationToken stop = default) => Files[name + path] = await new StreamReader(content).ReadToEndAsync(stop);

    public Task MakeFolderAsync(string name, string path, CancellationToken stop = default)
    {
        Files[$"{name}{path}/"] = "";
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string name, string path, CancellationToken stop = default)
    {
        Files.Remove(name + path);
        return Task.CompletedTask;
    }

    public async Task ReadAsync(string name, string path, Stream to, CancellationToken stop = default) => await to.WriteAsync("a tar"u8.ToArray(), stop);

    public Task WriteAsync(string name, string path, Stream tar, CancellationToken stop = default) => PutAsync(name, path, tar, stop);

    private VolumeFile File(string name, string path, bool isFolder) => new(
        path[(path.LastIndexOf('/') + 1)..], path, isFolder ? VolumeFileKind.Directory : VolumeFileKind.File, isFolder ? 0 : Encoding.UTF8.GetByteCount(Files.GetValueOrDefault(name + path, "")),
        isFolder ? "0755" : "0644", 0, 7, Then, null);

    private void Publish(VolumeChange change) => _followers.ForEach(follower => follower.Writer.TryWrite(change));

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
