using System.Text;
using Brig.Engine.Build.Dockerfiles;
using Brig.Linux;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>
/// The layer of a COPY or ADD, as a tar: where each thing goes is found in the image it goes to, so that a link to a directory there is followed as a
/// container would follow it, and what a directory there is, it stays. The same inputs give the same bytes.
/// </summary>
internal sealed class CopyWriter
{
    private readonly CopyPlan _plan;
    private readonly LayerView _from, _to;
    private readonly TarWriter _tar;
    private readonly CancellationToken _stop;
    private readonly HashSet<string> _told = [];
    private readonly (uint Uid, uint Gid) _owner;
    private readonly long _now;
    private readonly TreeTarOptions _options;

    private CopyWriter(CopyPlan plan, LayerView from, LayerView to, TarWriter tar, long now, TreeTarOptions times, CancellationToken stop)
    {
        (_plan, _from, _to, _tar, _now, _stop) = (plan, from, to, tar, times.Time ?? now, stop);
        _owner = plan.Owner is { } owner ? Owners.Find(to, owner, plan.At) : (0, 0);
        bool keeps = plan.KeepsOwners && plan.Owner is null;
        _options = times with { Whiteouts = false, Uid = id => keeps ? id : _owner.Uid, Gid = id => keeps ? id : _owner.Gid, Mode = mode => plan.Mode ?? mode, Place = Place };
    }

    /// <param name="from">The context, or the other stage.</param>
    /// <param name="to">The image as it is before.</param>
    /// <param name="now">For what is made and has no time of its own; nanoseconds since 1970.</param>
    /// <param name="times">Only its times count.</param>
    public static void Write(CopyPlan plan, LayerView from, LayerView to, Stream stream, long now, TreeTarOptions times, CancellationToken stop)
    {
        var tar = new TarWriter(stream);
        new CopyWriter(plan, from, to, tar, now, times, stop).All();
        tar.Finish();
    }

    /// <summary>WORKDIR's layer: a directory and those above it that are missing.</summary>
    /// <param name="owner">Whose they are, as USER has it; null: root's.</param>
    public static void WriteDirectory(string path, string? owner, int at, LayerView image, Stream stream, long now, TreeTarOptions times)
    {
        var plan = new CopyPlan(at, "WORKDIR", [], [], [], path, true, owner, null, false, false, IgnoreFile.Nothing);
        var tar = new TarWriter(stream);
        var run = new CopyWriter(plan, image, image, tar, now, times, CancellationToken.None);
        run.Directories(run.Resolve(path));
        tar.Finish();
    }

    private void All()
    {
        var sources = _plan.Sources.SelectMany(source => SourcePattern.Expand(_from, source, _plan.At)).Where(source => !_plan.Excluded.Ignores(source)).ToArray();
        int count = sources.Length + _plan.Files.Length + _plan.Fetched.Length;
        if (count > 1 && !_plan.IntoDirectory)
        {
            throw Wrong($"{count} sources go into one target, which then must be a directory: write \"{Text.Short(_plan.Target)}/\"");
        }
        if (count == 0)
        {
            throw Wrong("no source is left to copy");
        }
        string target = Resolve(_plan.Target);
        foreach (string source in sources)
        {
            _stop.ThrowIfCancellationRequested();
            Copy(source, target);
        }
        foreach (var (name, content) in _plan.Files)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(content);
            Begin(Into(target, name), bytes.Length, 0x1A4, _now);
            _tar.Content(bytes);
        }
        foreach (var fetched in _plan.Fetched)
        {
            File(fetched, Into(target, fetched.Name));
        }
    }

    private void Copy(string source, string target)
    {
        var node = _from.Find(source) ?? throw Wrong($"\"{Text.Short(source)}\" is not there to be copied");
        string name = source[(source.LastIndexOf('/') + 1)..];
        if (_plan.Parents)
        {
            string way = source.IndexOf("/./", StringComparison.Ordinal) is var pivot and >= 0 ? source[(pivot + 3)..] : source;
            target = Resolve($"{target}/{(node.IsDirectory || !way.Contains('/', StringComparison.Ordinal) ? node.IsDirectory ? way : "" : way[..way.LastIndexOf('/')])}");
        }
        if (node.IsDirectory)
        {
            if (_to.Find(target) is { IsDirectory: false })
            {
                throw Wrong($"the directory \"{Text.Short(source)}\" cannot be copied onto /{Text.Short(target)}, which is a file");
            }
            Directories(target);
            int fd = _from.OpenDirectory(node.Path);
            using var held = new HeldDescriptor(Errno.Check(fd, "open", source));
            TreeTar.Append(_tar, held.Number, Encoding.UTF8.GetBytes(target), _options with { Skip = Skip(source, target) }, _stop);
            return;
        }
        if (_plan.Unpacks && node.Type == Libc.S_IFREG && AddedArchive.TryOpen(_from, node.Path) is { } archive)
        {
            using (archive)
            {
                Directories(target);
                AddedArchive.Write(archive, _tar, target, Place, _options, _plan.Owner is null ? null : _owner, _plan.Mode, _plan.At);
            }
            return;
        }
        string place = Into(target, name);
        Directories(Parent(place));
        using var parent = new HeldDescriptor(Errno.Check(_from.OpenDirectory(Parent(node.Path)), "open", source));
        TreeTar.AppendNode(_tar, parent.Number, Encoding.UTF8.GetBytes(node.Path[(node.Path.LastIndexOf('/') + 1)..]), Encoding.UTF8.GetBytes(place), _options, _stop);
    }

    private void File(Fetched fetched, string place)
    {
        using var file = System.IO.File.OpenRead(fetched.Path);
        Begin(place, file.Length, 0x180, fetched.ModifiedAt);
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            _tar.Content(buffer.AsSpan(0, read));
        }
    }

    private void Begin(string place, long size, uint mode, long modifiedAt)
    {
        Directories(Parent(place));
        _tar.Begin(new()
        {
            Kind = TarKind.File, Name = Encoding.UTF8.GetBytes(place), Mode = _plan.Mode ?? mode, Uid = _owner.Uid, Gid = _owner.Gid, Size = size, ModifiedAt = Time(modifiedAt),
        });
    }

    /// <summary>Behind a slash, or onto a directory: into it under its own name.</summary>
    private string Into(string target, string name)
    {
        bool into = _plan.IntoDirectory || _to.Find(target) is { IsDirectory: true };
        if (!into)
        {
            return target;
        }
        string place = Resolve(target.Length == 0 ? name : $"{target}/{name}");
        return _to.Find(place) is not { IsDirectory: true } ? place : throw Wrong($"the file \"{Text.Short(name)}\" cannot be copied onto /{Text.Short(place)}, which is a directory");
    }

    /// <summary>A directory and those above it: as the image has them, new ones root's (or the asked owner's) and 0755.</summary>
    private void Directories(string path)
    {
        string above = "";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            above = above.Length == 0 ? part : $"{above}/{part}";
            if (!_told.Add(above))
            {
                continue;
            }
            var there = _to.Find(above);
            if (there is { IsDirectory: false })
            {
                throw Wrong($"/{Text.Short(above)} in the image is a file; nothing can be copied below it");
            }
            _tar.Begin(new()
            {
                Kind = TarKind.Directory, Name = Encoding.UTF8.GetBytes(above), Mode = there?.Mode ?? 0x1ED, Uid = there?.Uid ?? _owner.Uid, Gid = there?.Gid ?? _owner.Gid,
                ModifiedAt = Time(there?.ModifiedAt ?? _now),
            });
        }
    }

    /// <summary>A directory that is copied onto a link to a directory is copied into that.</summary>
    private (byte[] Path, ViewNode? There) Place(byte[] path)
    {
        string text = Encoding.UTF8.GetString(path);
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
        {
            return (path, null);
        }
        string place = Resolve(text);
        var there = _to.Find(place);
        Directories(Parent(place));
        return there is { IsDirectory: false }
            ? throw Wrong($"the directory \"{Text.Short(text)}\" cannot be copied onto /{Text.Short(place)}, which is a file")
            : (place == text ? path : Encoding.UTF8.GetBytes(place), there);
    }

    private Func<string, bool> Skip(string source, string target) => path =>
    {
        string text = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path));
        if (text[(text.LastIndexOf('/') + 1)..].StartsWith(".wh.", StringComparison.Ordinal))
        {
            throw Wrong($"the file \"{Text.Short(text)}\" has a name that in a layer means another file's removal; rename it");
        }
        string relative = target.Length == 0 ? text : text.Length > target.Length ? text[(target.Length + 1)..] : text;
        return _plan.Excluded.Ignores(relative) || (source.Length > 0 && _plan.Excluded.Ignores($"{source}/{relative}"));
    };

    private string Resolve(string path)
    {
        try
        {
            string place = _to.Resolve(path);
            return place.Split('/').FirstOrDefault(part => part.StartsWith(".wh.", StringComparison.Ordinal)) is not { } mark ? place
                : throw Wrong($"the name \"{Text.Short(mark)}\" means in a layer another file's removal; choose another");
        }
        catch (LinuxException e) when (e.Errno is Errno.ELOOP or Errno.ENOTDIR)
        {
            throw Wrong($"/{Text.Short(path.TrimStart('/'))} cannot be written in the image: {Errno.Describe(e.Errno)}");
        }
    }

    private long Time(long own) => _options.Time ?? (_options.Latest is { } latest && own > latest ? latest : own);

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private EngineException Wrong(string what) => Dockerfile.At(_plan.At, what);
}
