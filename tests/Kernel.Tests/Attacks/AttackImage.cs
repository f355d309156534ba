using System.Formats.Tar;
using Brig.Engine.Images;

namespace Brig.Kernel.Tests.Attacks;

/// <summary>The image of an attacker: busybox, the program "attack", and what a hostile image brings along.</summary>
internal static class AttackImage
{
    public const string Reference = "attacks";
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    /// <summary>security.capability, revision 2: CAP_SYS_ADMIN permitted and effective (capabilities(7); linux/capability.h, vfs_cap_data).</summary>
    private static readonly byte[] s_admin = [1, 0, 0, 2, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static async Task ImportAsync(IImages images)
    {
        using var tar = new MemoryStream();
        await WriteAsync(tar);
        tar.Position = 0;
        await images.ImportAsync(Reference, tar, new() { Env = ["PATH=/bin"] });
    }

    public static async Task WriteAsync(Stream tar)
    {
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (string folder in (string[])["bin", "etc", "proc", "sys", "dev", "root", "var"])
            {
                Add(writer, TarEntryType.Directory, folder, Executable);
            }
            Add(writer, TarEntryType.Directory, "tmp", (UnixFileMode)0b1_111_111_111);
            Add(writer, TarEntryType.RegularFile, "bin/busybox", Executable, await File.ReadAllBytesAsync("/bin/busybox"));
            foreach (string applet in (string[])["sh", "cat", "cp", "id", "ls", "sleep", "timeout", "touch", "true", "echo", "mkdir", "ln", "rm", "head", "seq", "grep", "readlink", "printf", "yes", "stat", "dd", "env", "md5sum", "chmod"])
            {
                Add(writer, TarEntryType.SymbolicLink, "bin/" + applet, Executable, link: "busybox");
            }
            byte[] program = Program();
            Add(writer, TarEntryType.RegularFile, "bin/attack", Executable, program);
            Add(writer, TarEntryType.RegularFile, "bin/set-user-id", Executable | UnixFileMode.SetUser, program);
            Add(writer, TarEntryType.RegularFile, "bin/capable", Executable, program, capability: true);
            Add(writer, TarEntryType.RegularFile, "etc/passwd", (UnixFileMode)0b110_100_100, "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/:/bin/sh\n"u8.ToArray());
            Add(writer, TarEntryType.BlockDevice, "var/disk", (UnixFileMode)0b110_110_110, device: (7, 0));
        }
    }

    public static byte[] Program()
    {
        using var resource = typeof(AttackImage).Assembly.GetManifestResourceStream("attack")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static void Add(TarWriter writer, TarEntryType type, string path, UnixFileMode mode, byte[]? content = null, string? link = null, bool capability = false, (int Major, int Minor)? device = null)
    {
        var entry = new PaxTarEntry(type, path, capability ? [new("SCHILY.xattr.security.capability", System.Text.Encoding.UTF8.GetString(s_admin))] : []) { Mode = mode };
        if (link is not null)
        {
            entry.LinkName = link;
        }
        if (content is not null)
        {
            entry.DataStream = new MemoryStream(content);
        }
        if (device is { } numbers)
        {
            (entry.DeviceMajor, entry.DeviceMinor) = numbers;
        }
        writer.WriteEntry(entry);
    }
}
