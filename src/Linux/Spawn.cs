using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Starts a program that has nothing of ours but descriptor 3, and outlives us (posix_spawn(3)).</summary>
public static partial class Spawn
{
    private const short POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8, POSIX_SPAWN_SETSID = 0x80;
    private const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000, O_RDWR = 2, WNOHANG = 1;

    /// <summary>A connected pair of stream sockets, close-on-exec.</summary>
    public static unsafe (int Ours, int Theirs) SocketPair()
    {
        int* pair = stackalloc int[2];
        return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0
            ? (pair[0], pair[1])
            : throw new LinuxException("socketpair", "AF_UNIX", Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// In a session of its own, every signal as at boot and none blocked, /dev/null as standard streams, <paramref name="descriptor3"/> as 3 and no
    /// other descriptor. The caller keeps <paramref name="descriptor3"/> and closes it.
    /// </summary>
    /// <returns>Its pid; the caller must <see cref="TryReap"/> it.</returns>
    public static unsafe int Detached(string program, string[] arguments, string[] environment, int descriptor3)
    {
        // Both are opaque and smaller than this: 80 and 336 bytes in glibc, less in musl.
        byte* actions = stackalloc byte[512], attributes = stackalloc byte[512];
        byte* every = stackalloc byte[128], none = stackalloc byte[128];
        new Span<byte>(every, 128).Fill(0xff);
        new Span<byte>(none, 128).Clear();
        // sigfillset(3) knows which two the C library keeps for itself.
        _ = sigfillset(every);
        Check(posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", program);
        Check(posix_spawnattr_init(attributes), "posix_spawnattr_init", program);
        byte** argv = Strings(arguments), envp = Strings(environment);
        try
        {
            for (int fd = 0; fd < 3; fd++)
            {
                Check(posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_RDWR, 0), "posix_spawn_file_actions_addopen", "/dev/null");
            }
            Check(posix_spawn_file_actions_adddup2(actions, descriptor3, 3), "posix_spawn_file_actions_adddup2", program);
            Check(posix_spawn_file_actions_addclosefrom_np(actions, 4), "posix_spawn_file_actions_addclosefrom_np", program);
            Check(posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK), "posix_spawnattr_setflags", program);
            Check(posix_spawnattr_setsigdefault(attributes, every), "posix_spawnattr_setsigdefault", program);
            Check(posix_spawnattr_setsigmask(attributes, none), "posix_spawnattr_setsigmask", program);
            Check(posix_spawn(out int pid, program, actions, attributes, argv, envp), "posix_spawn", program);
            return pid;
        }
        finally
        {
            Free(argv);
            Free(envp);
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>Takes a dead child's remains away; false while it lives. Somebody else's child counts as gone.</summary>
    public static bool TryReap(int pid) => waitpid(pid, out _, WNOHANG) != 0;

    /// <summary>False when there is no such process.</summary>
    public static bool TryKill(int pid, int signal) => kill(pid, signal) == 0;

    public static void Close(int fd) => _ = close(fd);

    private static unsafe byte** Strings(string[] strings)
    {
        byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)(strings.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Length; i++)
        {
            vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }
        return vector;
    }

    private static unsafe void Free(byte** vector)
    {
        for (byte** at = vector; *at is not null; at++)
        {
            Marshal.FreeCoTaskMem((nint)(*at));
        }
        NativeMemory.Free(vector);
    }

    /// <summary>These return the error in place of setting errno.</summary>
    private static void Check(int error, string call, string target)
    {
        if (error != 0)
        {
            throw new LinuxException(call, target, error);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int socketpair(int domain, int type, int protocol, int* pair);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn(out int pid, string path, byte* actions, byte* attributes, byte** argv, byte** envp);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn_file_actions_addopen(byte* actions, int fd, string path, int flags, uint mode);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_adddup2(byte* actions, int fd, int newFd);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int from);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);
    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);
    [LibraryImport("libc")]
    private static unsafe partial int sigfillset(byte* signals);
    [LibraryImport("libc")]
    private static partial int waitpid(int pid, out int status, int options);
    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
    [LibraryImport("libc")]
    private static partial int close(int fd);
}
