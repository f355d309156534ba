using System.Formats.Tar;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>What an image's files are in a container with users of its own, whoever owns them.</summary>
public class UserImageTests : IAsyncLifetime
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;

    private EngineScene _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = await EngineScene.StartAsync();
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (string folder in (string[])["bin", "etc", "tmp"])
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = folder == "tmp" ? (UnixFileMode)0b1_111_111_111 : Everybody });
            }
            writer.WriteEntry(File("bin/busybox", 0, Everybody, await System.IO.File.ReadAllBytesAsync("/bin/busybox")));
            foreach (string applet in (string[])["sh", "id", "stat", "chown", "touch", "cat", "cp", "echo", "su"])
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox", Mode = Everybody });
            }
            writer.WriteEntry(File("etc/passwd", 0, (UnixFileMode)0b110_100_100, "root:x:0:0::/:/bin/sh\n_apt:x:42:65534::/:/bin/sh\n"u8.ToArray()));
            writer.WriteEntry(File("last", 65_535, (UnixFileMode)0b110_100_000, "last\n"u8.ToArray()));
            writer.WriteEntry(File("beyond", 65_536, (UnixFileMode)0b110_100_100, "beyond\n"u8.ToArray()));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.BlockDevice, "disk") { DeviceMajor = 7, DeviceMinor = 0, Mode = (UnixFileMode)0b110_110_110 });
        }
        tar.Position = 0;
        await _engine.Images.ImportAsync("users", tar, new() { Env = ["PATH=/bin"] });
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Owner_OfTheLastId_IsItInside() => Assert.Equal(["65535:65535", "last", "65533"], await RunAsync("stat -c %u:%g /last; cat /last; touch /tmp/x; chown 65533 /tmp/x; stat -c %u /tmp/x"));

    [Fact]
    public async Task Owner_BeyondTheRange_IsNobodyAndStaysSo()
    {
        Assert.Equal(["65534:65534", "beyond", "no", "copied"],
            await RunAsync("stat -c %u:%g /beyond; cat /beyond; chown 0 /beyond 2>/dev/null || echo no; cp /beyond /tmp/mine && chown 7 /tmp/mine && echo copied"));
    }

    [Fact]
    public async Task Su_FromRoot_IsThatUser() => Assert.Equal(["42 65534"], await RunAsync("su _apt -c 'echo $(id -u) $(id -g)'"));

    [Fact]
    public async Task Device_OfTheImage_CannotBeOpened() => Assert.Equal(["7,0 no"], await RunAsync("echo $(stat -c %t,%T /disk) $(cat /disk 2>/dev/null || echo no)"));

    private static PaxTarEntry File(string path, int owner, UnixFileMode mode, byte[] content) =>
        new(TarEntryType.RegularFile, path) { Uid = owner, Gid = owner, Mode = mode, DataStream = new MemoryStream(content) };

    private async Task<string[]> RunAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await _engine.RunAsync(script, asked => spec is null ? asked with { Image = "users" } : spec(asked with { Image = "users" }));
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);
        return await _engine.OutputAsync(container);
    }
}
