using Brig.Linux;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Containers.Files;

/// <summary>What goes wrong with a container's files, as a sentence for whoever asked.</summary>
internal static class GuestErrors
{
    public static EngineException Sentence(Exception error, Container container) => error switch
    {
        EngineException engine => engine,
        GuestException refused => EngineException.Invalid($"\"/{Text.Short(refused.Path.TrimStart('/'))}\" {refused.Message}."),
        TreePathException path => EngineException.Invalid($"The path {path.Message}."),
        TarException tar => EngineException.Invalid($"The body is not a whole tar archive: {tar.Message}"),
        LinuxException linux => Of(linux, $"\"/{Text.Short(linux.Target.TrimStart('/'))}\"", container),
        IOException io => EngineException.Failed($"The files of container {container.Name} could not be moved: {io.Message}", io),
        _ => EngineException.Failed($"The files of container {container.Name} could not be moved: {error.Message}", error),
    };

    private static EngineException Of(LinuxException error, string path, Container container) => error.Errno switch
    {
        Errno.ENOENT => EngineException.NotFound($"There is no {path} in container {container.Name}."),
        Errno.ENOTDIR => EngineException.Invalid($"{path} is not a directory, or lies below something that is none."),
        Errno.ELOOP => EngineException.Invalid($"{path} leads through too many links, or through one of /proc's."),
        Errno.ENAMETOOLONG => EngineException.Invalid($"{path} is longer than a path can be."),
        Errno.EROFS => EngineException.Conflict($"{path} is read-only in container {container.Name}."),
        Errno.EBUSY => EngineException.Conflict($"{path} is a mount in container {container.Name} and cannot be replaced."),
        Errno.EPERM when error.Call == "use the kernel's file" => EngineException.Invalid($"{path} is not a file but the kernel's own answer; read or write it from inside, with exec."),
        Errno.ESTALE => EngineException.Conflict($"{path} was changed by the container while it was read; try again."),
        Errno.ESRCH => EngineException.Conflict($"Container {container.Name} has just ended; try again."),
        Errno.ENOSPC or Errno.EDQUOT => EngineException.Unavailable($"There is no room left for {path} in container {container.Name}."),
        _ => EngineException.Failed($"The files of container {container.Name} could not be moved: {error.Message}.", error),
    };
}
