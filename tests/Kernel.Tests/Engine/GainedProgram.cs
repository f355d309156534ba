using System.Diagnostics;

namespace Brig.Kernel.Tests.Engine;

/// <summary>A static program that prints its effective user and capabilities; told to, it gives a file CAP_NET_BIND_SERVICE (busybox can do neither).</summary>
internal static class GainedProgram
{
    private const string Source = """
        #include <linux/capability.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <sys/xattr.h>
        #include <unistd.h>
        int main(int argc, char **argv) {
            if (argc == 3) {
                struct vfs_cap_data given = { .magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE };
                given.data[0].permitted = 1 << CAP_NET_BIND_SERVICE;
                if (setxattr(argv[2], "security.capability", &given, sizeof given, 0) != 0) perror("setxattr");
                return 0;
            }
            struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
            struct __user_cap_data_struct data[2];
            syscall(SYS_capget, &header, data);
            printf("%d %x\n", geteuid(), data[0].effective);
            return 0;
        }
        """;

    /// <returns>The folder that holds <c>gained</c>.</returns>
    public static string Make(string below)
    {
        string folder = Directory.CreateDirectory(below + "/program").FullName;
        File.WriteAllText(folder + "/gained.c", Source);
        using var gcc = Process.Start("gcc", ["-static", "-o", folder + "/gained", folder + "/gained.c"]);
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
        return folder;
    }
}
