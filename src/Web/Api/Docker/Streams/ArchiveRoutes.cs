using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Brig.Engine.Events;

namespace Brig.Web.Api.Docker;

/// <summary>The header X-Docker-Container-Path-Stat, as base64 of JSON. The names are Docker's.</summary>
/// <param name="Mode">Go's os.FileMode.</param>
internal sealed record PathStat(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("size")] long Size, [property: JsonPropertyName("mode")] uint Mode,
    [property: JsonPropertyName("mtime")] string ModifiedAt, [property: JsonPropertyName("linkTarget")] string LinkTarget);

/// <summary>docker cp and docker export.</summary>
internal static class ArchiveRoutes
{
    private const string Tar = "application/x-tar", StatHeader = "X-Docker-Container-Path-Stat";

    /// <summary>path_resolution(7): more is ELOOP.</summary>
    private const int MostLinks = 40;

    public static async Task<IResult> StatAsync(HttpContext http, string id, IContainers all, IContainerFiles files, CancellationToken stop)
    {
        await TellAsync(http, all.Named(id), files, stop);
        return Results.Ok();
    }

    public static async Task<IResult> ReadAsync(HttpContext http, string id, IContainers all, IContainerFiles files, CancellationToken stop)
    {
        var container = all.Named(id);
        var (path, name) = await TellAsync(http, container, files, stop);
        return OpenEnded.Answer(Tar, (to, until) => name is not null
            ? files.ReadFolderAsync(container.Id.Value, path, name, to, until)
            : files.ReadAsync(container.Id.Value, path, to, until));
    }

    public static async Task<IResult> WriteAsync(HttpContext http, string id, IContainers all, IContainerFiles files, CancellationToken stop)
    {
        DockerBody.Unlimited(http);
        var container = all.Named(id);
        var (path, file) = await FollowedAsync(container, Asked(http).Path, files, stop);
        if (file.Kind != ContainerFileKind.Directory)
        {
            throw EngineException.Invalid("extraction point is not a directory");
        }
        await files.WriteAsync(container.Id.Value, path, http.Request.Body, stop);
        return Results.Ok();
    }

    public static IResult Export(string id, IContainers all, ICommits commits, IEvents events)
    {
        var container = all.Named(id);
        return OpenEnded.Answer("application/octet-stream", async (to, stop) =>
        {
            await commits.ExportAsync(container.Id.Value, to, stop);
            events.Tell(container, "export");
        });
    }

    /// <summary>Puts what lies there into the header, while the answer can still say that it is not there.</summary>
    /// <returns>What to read, and by which name the archive shall have it: of <c>/dir/.</c> that is the dot. Null: its own.</returns>
    private static async Task<(string Path, string? Name)> TellAsync(HttpContext http, Container container, IContainerFiles files, CancellationToken stop)
    {
        var (path, trailing) = Asked(http);
        string asked = http.Request.Query["path"].ToString();
        var file = await LookAsync(container, path, files, stop);
        string target = "";
        if (file.Kind == ContainerFileKind.Symlink)
        {
            (target, var behind) = await FollowedAsync(container, path, files, stop, mayDangle: !trailing);
            (path, file) = trailing ? (target, behind) : (path, file);
        }
        var stat = new PathStat(Name(path), file.Size, FileMode(file), DockerTime.Text(file.ModifiedAt), trailing ? "" : target);
        http.Response.Headers[StatHeader] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(stat, DockerJson.Of<PathStat>()));
        return (path, path == "/" ? "/" : !trailing || file.Kind != ContainerFileKind.Directory ? null : asked.EndsWith('.') ? "." : Name(Clean(asked)));
    }

    /// <summary>Where the links at the end of a path lead, inside.</summary>
    private static async Task<(string Path, ContainerFile File)> FollowedAsync(Container container, string path, IContainerFiles files, CancellationToken stop, bool mayDangle = false)
    {
        var file = await LookAsync(container, path, files, stop);
        for (int i = 0; file is { Kind: ContainerFileKind.Symlink, LinkTarget: { } link }; i++)
        {
            if (i == MostLinks)
            {
                throw EngineException.Invalid($"\"{path}\" leads through too many links");
            }
            path = Clean(link.StartsWith('/') ? link : $"{path[..path.LastIndexOf('/')]}/{link}");
            try
            {
                file = await LookAsync(container, path, files, stop);
            }
            catch (EngineException e) when (mayDangle && e.Kind == EngineErrorKind.NotFound)
            {
                break;
            }
        }
        return (path, file);
    }

    private static async Task<ContainerFile> LookAsync(Container container, string path, IContainerFiles files, CancellationToken stop)
    {
        try
        {
            return await files.StatAsync(container.Id.Value, path, stop);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            throw EngineException.NotFound($"Could not find the file {path} in container {container.Name}");
        }
    }

    /// <summary>As it was asked for, from the root and without "." and "..", which lead nowhere above it.</summary>
    /// <returns>Trailing: it ends with / or /., so that a last link is followed.</returns>
    private static (string Path, bool Trailing) Asked(HttpContext http)
    {
        string path = http.Request.Word("path") ?? throw EngineException.Invalid("missing parameter: path");
        return (Clean(path), path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal));
    }

    private static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }
        return "/" + string.Join('/', parts);
    }

    private static string Name(string path) => path == "/" ? "/" : path[(path.LastIndexOf('/') + 1)..];

    private static uint FileMode(ContainerFile file)
    {
        uint unix = Convert.ToUInt32(file.Mode, 8);
        uint kind = file.Kind switch
        {
            ContainerFileKind.Directory => 1u << 31,
            ContainerFileKind.Symlink => 1u << 27,
            ContainerFileKind.BlockDevice => 1u << 26,
            ContainerFileKind.CharDevice => (1u << 26) | (1u << 21),
            ContainerFileKind.Fifo => 1u << 25,
            ContainerFileKind.Socket => 1u << 24,
            _ => 0,
        };
        return kind | (unix & 0x1FF) | ((unix & 0x800) << 12) | ((unix & 0x400) << 12) | ((unix & 0x200) << 11);
    }
}
