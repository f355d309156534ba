using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Brig.Engine.Containers;
using Brig.Engine.Ids;
using Brig.Engine.Images.Registry;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Plans;
using Brig.Linux;
using Brig.Linux.Cgroups;

namespace Brig.Engine.Stacks.Applying;

/// <summary>One config or secret of a container, as its label keeps it.</summary>
internal sealed record PlacedFile(string Path, string Fingerprint, uint Uid, uint Gid, int Mode);

/// <summary>The configs and secrets of a container that is being made. Dispose it when the container is there, or will not be: until then nobody takes them for left over.</summary>
/// <param name="Label">Null: it has none.</param>
internal sealed record PlacedFiles(ImmutableArray<MountSpec> Mounts, string? Label, Action? Release) : IDisposable
{
    public void Dispose() => Release?.Invoke();
}

/// <summary>
/// The configs and secrets of containers: files in memory below BRIG_RUN, each container's in a folder of its own, mounted into it one by one. What they hold is in the database, encrypted;
/// before each start they are there again, also after the machine's.
/// </summary>
internal sealed class SecretFiles(EnginePaths paths, StackRows rows, SecretBox box, ContainerTable containers) : IStartWatcher
{
    private readonly Lock _gate = new();

    /// <summary>Held while contents are kept and while those that nobody has are forgotten.</summary>
    private readonly AsyncLock _contents = new();

    /// <summary>Of containers that are being made: no container has them yet. Under <see cref="_gate"/>.</summary>
    private readonly List<PlacedFile> _coming = [];

    /// <summary>Places the files and returns what mounts them.</summary>
    public async Task<PlacedFiles> MakeAsync(ImmutableArray<DesiredFile> files)
    {
        if (files.IsEmpty)
        {
            return new([], null, null);
        }
        string folder = $"{paths.Secrets}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        ImmutableArray<PlacedFile> placed = [.. files.Select((file, i) => new PlacedFile(string.Create(CultureInfo.InvariantCulture, $"{folder}/{i}"), file.Fingerprint, file.Uid, file.Gid, file.Mode))];
        Come(placed);
        try
        {
            using var held = await _contents.TakeAsync();
            foreach (var (file, place) in files.Zip(placed))
            {
                await rows.KeepContentAsync(file.Fingerprint, box.Close(Convert.ToBase64String(file.Content), About(file.Fingerprint)));
                Write(place, file.Content, null);
            }
        }
        catch
        {
            Gone(placed);
            throw;
        }
        return new([.. files.Zip(placed, (file, place) => new MountSpec(MountKind.Bind, place.Path, file.Target, ReadOnly: true))], EngineJson.Write(placed), () => Gone(placed));
    }

    /// <summary>It has configs or secrets.</summary>
    public static bool Has(Container container) => container.Spec.Labels.ContainsKey(Labels.Files);

    /// <summary>As long as the files are where no program of the container can be, they are given to its ids.</summary>
    public Task BeforeAsync(ContainerEntry entry)
    {
        foreach (var file in Of(entry.Now))
        {
            byte[] content = File.Exists(file.Path)
                ? File.ReadAllBytes(file.Path)
                : rows.Content(file.Fingerprint) is { } closed && box.Open(closed, About(file.Fingerprint)) is { } text
                    ? Convert.FromBase64String(text)
                    : throw EngineException.Failed($"A config or secret of {entry.Now.Name} is not kept any more; apply its stack anew.");
            Write(file, content, entry.Now.Ids);
        }
        return Task.CompletedTask;
    }

    public void InCgroup(Container container, Cgroup cgroup)
    {
    }

    /// <summary>Takes away what no container has, and the memory with the last of it.</summary>
    public async Task TrimAsync()
    {
        using var held = await _contents.TakeAsync();
        PlacedFile[] used;
        lock (_gate)
        {
            used = [.. _coming, .. containers.List().SelectMany(container => Of(container))];    // in this order: what came is not coming any more
            if (Directory.Exists(paths.Secrets))
            {
                var folders = used.Select(file => Path.GetDirectoryName(file.Path)!).ToHashSet(StringComparer.Ordinal);
                foreach (string folder in Directory.GetDirectories(paths.Secrets).Where(folder => !folders.Contains(folder)))
                {
                    Directory.Delete(folder, recursive: true);
                }
                if (folders.Count == 0)
                {
                    TmpfsMount.Unmount(paths.Secrets);
                    Directory.Delete(paths.Secrets);
                }
            }
        }
        await rows.TrimContentsAsync([.. used.Select(file => file.Fingerprint).Distinct(StringComparer.Ordinal)]);
    }

    private void Come(ImmutableArray<PlacedFile> files)
    {
        lock (_gate)
        {
            _coming.AddRange(files);
        }
    }

    private void Gone(ImmutableArray<PlacedFile> files)
    {
        lock (_gate)
        {
            _coming.RemoveAll(files.Contains);
        }
    }

    /// <summary>Anybody can give a container any label: what this engine did not write names no file.</summary>
    private ImmutableArray<PlacedFile> Of(Container container)
    {
        if (container.Spec.Labels.GetValueOrDefault(Labels.Files) is not { } label)
        {
            return [];
        }
        try
        {
            var files = EngineJson.Read<ImmutableArray<PlacedFile>>(label);
            return !files.IsDefault && files.All(file => file is { Path: not null, Fingerprint: not null } && IsPlace(file.Path)) ? files : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary><c>BRIG_RUN/secrets/FOLDER/NUMBER</c>.</summary>
    private bool IsPlace(string path) =>
        path.StartsWith(paths.Secrets + "/", StringComparison.Ordinal) && path[(paths.Secrets.Length + 1)..].Split('/') is [{ Length: 16 } folder, { Length: > 0 and < 6 } number]
        && folder.All(char.IsAsciiHexDigitLower) && number.All(char.IsAsciiDigit);

    private void Write(PlacedFile file, byte[] content, UserIds? ids)
    {
        string folder = Path.GetDirectoryName(file.Path)!, name = Path.GetFileName(file.Path);
        if (Path.GetDirectoryName(folder) != paths.Secrets || (ids is not null && (file.Uid >= UserIds.Size || file.Gid >= UserIds.Size)))
        {
            throw EngineException.Invalid($"A config or secret cannot belong to {file.Uid}:{file.Gid}; a container's ids go to {UserIds.Size - 1}.");
        }
        lock (_gate)
        {
            try
            {
                InMemory();
                Directory.CreateDirectory(folder);
                File.Delete(file.Path);
                using (var to = new FileStream(file.Path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
                {
                    to.Write(content);
                }
                using var tree = new RootedTree(folder);
                tree.Owner(name, (ids?.First ?? 0) + file.Uid, (ids?.First ?? 0) + file.Gid);
                File.SetUnixFileMode(file.Path, (UnixFileMode)(file.Mode & 0x1FF));
            }
            catch (Exception e) when (e is IOException or LinuxException)
            {
                throw EngineException.Failed($"A config or secret cannot be placed in {paths.Secrets}: {e.Message}", e);
            }
        }
    }

    /// <summary>Never on a disk, whatever BRIG_RUN is on.</summary>
    private void InMemory()
    {
        Directory.CreateDirectory(paths.Secrets);
        if (!TmpfsMount.IsOn(paths.Secrets))
        {
            using var mount = TmpfsMount.Make([("mode", "0700"), ("size", "64m")]);
            mount.On(paths.Secrets);
        }
    }

    private static string About(string fingerprint) => "stack-content/" + fingerprint;
}
