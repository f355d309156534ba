using Brig.Linux;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

/// <summary>What goes wrong with a volume's files, as a sentence for whoever asked.</summary>
internal static class VolumeFileErrors
{
    public static Exception Sentence(Exception error, string volume) => error switch
    {
        EngineException or OperationCanceledException => error,
        GuestException refused => EngineException.Invalid($"\"/{Text.Short(refused.Path.TrimStart('/'))}\" {refused.Message}."),
        TreePathException path => EngineException.Invalid($"The path {path.Message}."),
        TarException tar => EngineException.Invalid($"The body is not a whole tar archive: {tar.Message}"),
        InvalidDataException damaged => EngineException.Invalid($"The archive is damaged: {damaged.Message.TrimEnd('.')}."),
        LinuxException linux => Of(linux, $"\"/{Text.Short(linux.Target.TrimStart('/'))}\"", volume),
        _ => VolumeErrors.Sentence(error, $"The files of volume {volume} could not be moved"),
    };

    private static Exception Of(LinuxException error, string path, string volume) => error.Errno switch
    {
        Errno.ENOENT => EngineException.NotFound($"There is no {path} in volume {volume}."),
        Errno.ENOTDIR => EngineException.Invalid($"{path} is not a directory, or lies below something that is none."),
        Errno.EISDIR => EngineException.Invalid($"{path} is not a file in volume {volume}."),
        Errno.EINVAL when error.Call == "open" => EngineException.Invalid($"{path} is no regular file, so there is nothing to read."),
        Errno.ELOOP => EngineException.Invalid($"{path} leads through too many links."),
        Errno.ENAMETOOLONG => EngineException.Invalid($"{path} is longer than a path can be."),
        Errno.EEXIST => EngineException.Conflict($"There is {path} in volume {volume} already."),
        Errno.EROFS => EngineException.Conflict($"{path} is read-only in volume {volume}."),
        Errno.EPERM when error.Call == "use the kernel's file" => EngineException.Invalid($"{path} is not a file but the kernel's own answer."),
        Errno.ESTALE => EngineException.Conflict($"{path} was changed while it was read; try again."),
        _ => VolumeErrors.Sentence(error, $"The files of volume {volume} could not be moved"),
    };
}
