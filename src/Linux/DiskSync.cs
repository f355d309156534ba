namespace Brig.Linux;

/// <summary>Waits for the disk.</summary>
public static class DiskSync
{
    /// <summary>All that was written to the file system of this directory before, by whomever: contents, names, attributes.</summary>
    /// <exception cref="LinuxException">EIO, ENOSPC or EDQUOT: something of it could not be written.</exception>
    public static void FileSystemOf(string directory)
    {
        using var held = new HeldDescriptor(Errno.Check(Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC), "open", directory));
        Errno.Check(Libc.syncfs(held.Number), "syncfs", directory);
    }

    /// <summary>The names in a directory (fsync(2)): what was made in it or renamed into it.</summary>
    /// <exception cref="LinuxException">It is not there, or the disk refused.</exception>
    public static void Folder(string directory)
    {
        using var held = new HeldDescriptor(Errno.Check(Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC), "open", directory));
        Errno.Check(Libc.fsync(held.Number), "fsync", directory);
    }
}
