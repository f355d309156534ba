using System.Diagnostics;
using System.Formats.Tar;
using System.Text;

namespace Brig.Engine.Images;

/// <summary>The image a new machine has without a network: <c>brig/busybox</c>, made from the system's static busybox.</summary>
internal static class BusyboxImage
{
    public const string Reference = "brig/busybox:latest";

    public static readonly ImageConfig Config = new()
    {
        Command = ["sh"],
        Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    };

    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    /// <summary>The root file system as a tar, the same bytes for the same busybox.</summary>
    /// <exception cref="EngineException">Unavailable: there is no busybox at that path, or it does not run.</exception>
    public static async Task<MemoryStream> TarAsync(string busybox, CancellationToken stop)
    {
        if (!File.Exists(busybox))
        {
            throw EngineException.Unavailable($"There is no {busybox} to make the image brig/busybox from; install busybox-static, or set BRIG_BUSYBOX.");
        }
        string[] applets = await AppletsAsync(busybox, stop);
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, mode, owner) in Directories)
            {
                Add(writer, TarEntryType.Directory, path, mode, owner);
            }
            await using (var program = File.OpenRead(busybox))
            {
                Add(writer, TarEntryType.RegularFile, "bin/busybox", 0b111_101_101, 0, program);
            }
            foreach (string applet in applets.Where(applet => applet != "busybox"))
            {
                Add(writer, TarEntryType.SymbolicLink, "bin/" + applet, 0b111_111_111, 0, link: "busybox");
            }
            foreach (var (path, text, mode) in Files)
            {
                Add(writer, TarEntryType.RegularFile, path, mode, 0, new MemoryStream(Encoding.UTF8.GetBytes(text)));
            }
            Add(writer, TarEntryType.SymbolicLink, "var/run", 0b111_111_111, 0, link: "/run");
        }
        tar.Position = 0;
        return tar;
    }

    private static readonly (string Path, int Mode, int Owner)[] Directories =
    [
        ("bin", 0x1ED, 0), ("dev", 0x1ED, 0), ("etc", 0x1ED, 0), ("home", 0x1ED, 0), ("home/user", 0x1ED, 1000), ("lib", 0x1ED, 0), ("mnt", 0x1ED, 0), ("proc", 0x1ED, 0),
        ("root", 0x1C0, 0), ("run", 0x1ED, 0), ("sbin", 0x1ED, 0), ("sys", 0x1ED, 0), ("tmp", 0x3FF, 0), ("usr", 0x1ED, 0), ("usr/bin", 0x1ED, 0), ("usr/sbin", 0x1ED, 0),
        ("var", 0x1ED, 0), ("var/log", 0x1ED, 0), ("var/spool", 0x1ED, 0), ("var/tmp", 0x3FF, 0), ("var/www", 0x1ED, 33),
    ];

    private static readonly (string Path, string Text, int Mode)[] Files =
    [
        ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nbin:x:2:2:bin:/bin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nuser:x:1000:1000:user:/home/user:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n", 0x1A4),
        ("etc/group", "root:x:0:\ndaemon:x:1:\nbin:x:2:\ntty:x:5:\nwheel:x:10:root\nwww-data:x:33:\nuser:x:1000:\nnogroup:x:65534:\n", 0x1A4),
        // A file to mount on is made in the image once; made in each container, overlayfs would copy /etc up for it.
        ("etc/hosts", "", 0x1A4),
        ("etc/hostname", "", 0x1A4),
        ("etc/resolv.conf", "", 0x1A4),
        ("etc/shadow", "root:*:::::::\n", 0x1A0),
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n", 0x1A4),
        ("etc/profile", "export PS1='\\u@\\h:\\w\\$ '\n", 0x1A4),
        ("var/www/index.html", "<!doctype html>\n<title>Brig</title>\n<h1>It runs in a brig</h1>\n", 0x1A4),
    ];

    private static void Add(TarWriter writer, TarEntryType type, string path, int mode, int owner, Stream? content = null, string? link = null)
    {
        var entry = new UstarTarEntry(type, path) { Mode = (UnixFileMode)mode, Uid = owner, Gid = owner, ModificationTime = Epoch };
        if (link is not null)
        {
            entry.LinkName = link;
        }
        if (content is not null)
        {
            entry.DataStream = content;
        }
        writer.WriteEntry(entry);
    }

    private static async Task<string[]> AppletsAsync(string busybox, CancellationToken stop)
    {
        using var list = Process.Start(new ProcessStartInfo(busybox, "--list") { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw EngineException.Unavailable($"{busybox} could not be started.");
        string names = await list.StandardOutput.ReadToEndAsync(stop);
        await list.WaitForExitAsync(stop);
        return list.ExitCode == 0
            ? names.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw EngineException.Unavailable($"{busybox} --list ended with {list.ExitCode}; is it a busybox?");
    }
}
