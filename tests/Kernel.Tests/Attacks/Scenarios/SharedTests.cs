using System.Security.Cryptography;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Attacks.Scenarios;

/// <summary>What containers have in common: the layers of an image, and volumes.</summary>
public class SharedTests : ScenarioTest
{
    [Fact]
    [Scenario("Change the image under another container: write, map, truncate, chmod, chown, attributes, unlink", "overlayfs copies up; layers are mapped for reading")]
    public async Task Layers_EverythingIsDoneToThem_OthersSeeNothing()
    {
        var neighbour = await Prisoner.StartAsync(_engine, "sleep 1000");
        string before = await LookAsync(neighbour);
        string[] said = await Prisoner.RunAsync(_engine, "attack deface /bin/capable; attack deface /etc/passwd; attack deface /bin/busybox");

        Assert.Equal(3, said.Length);
        Assert.All(said, line => Assert.Contains("defaced its own", line, StringComparison.Ordinal));
        Assert.Equal(before, await LookAsync(neighbour));
        Assert.Equal(before, (await Prisoner.RunAsync(_engine, Look))[0] + "\n" + string.Join('\n', (await Prisoner.RunAsync(_engine, Look))[1..]) + "\n");
        byte[] layer = SHA256.HashData(await File.ReadAllBytesAsync(_engine.Images.Get(AttackImage.Reference).Layers[0] + "/bin/attack"));
        Assert.Equal(SHA256.HashData(AttackImage.Program()), layer);
    }

    [Fact]
    [Scenario("Link a file out of a volume, or a file of the image's into one", "they are file systems of their own")]
    public async Task Volume_HardLinks_DoNotLeaveIt()
    {
        string volume = Directory.CreateDirectory(_engine.Folder + "/volume").FullName;
        File.SetUnixFileMode(volume, (UnixFileMode)0b111_111_111);
        await File.WriteAllTextAsync(volume + "/secret", "x");
        string[] said = await Prisoner.RunAsync(_engine, "ln /volume/secret /tmp/out || echo refused; ln /bin/set-user-id /volume/in || echo refused", spec => spec with { Mounts = [new(MountKind.Bind, volume, "/volume")] });
        Assert.Equal(2, said.Count(line => line == "refused"));
    }

    [Fact]
    [Scenario("Leave a set-user-id program for a user of the host, in a volume or in the container's own layer", "its root owns nothing as the host's root; nobody else enters Brig's folders")]
    public async Task Files_SetUserIdForTheHost_BelongToNobodyThere()
    {
        string volume = Directory.CreateDirectory(_engine.Folder + "/volume").FullName;
        File.SetUnixFileMode(volume, (UnixFileMode)0b111_111_111);
        var container = await Prisoner.StartAsync(_engine, "cp /bin/attack /volume/door; chmod 4755 /volume/door; cp /bin/attack /door; chmod 4755 /door; cat /bin/attack > /etc/hosts; chmod 4755 /etc/hosts; touch /volume/ready; sleep 1000", spec => spec with { Mounts = [new(MountKind.Bind, volume, "/volume")] });
        await Wait.Until(() => File.Exists(volume + "/ready"), "it has left them");
        string own = _engine.Paths.Container(container.Id);
        foreach (string door in (string[])[volume + "/door", own + "/upper/door", own + "/hosts"])
        {
            Assert.True(File.GetUnixFileMode(door).HasFlag(UnixFileMode.SetUser), door);
            Assert.InRange(Owner(door), 65_536u, uint.MaxValue);
        }
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_engine.Root));
    }

    [Fact]
    [Scenario("Swap a volume's folder for a link while another container mounts on it (CVE-2025-31133, CVE-2025-52881)", "targets are opened once, below the root, and mounted on by descriptor")]
    public async Task Volume_TargetIsSwappedWhileOthersStart_NothingIsMountedElsewhere()
    {
        string volume = Directory.CreateDirectory(_engine.Folder + "/volume").FullName, data = Directory.CreateDirectory(_engine.Folder + "/data").FullName;
        File.SetUnixFileMode(volume, (UnixFileMode)0b111_111_111);
        Directory.CreateDirectory(volume + "/inner");
        await File.WriteAllTextAsync(data + "/mine", "data\n");
        string[] mounts = _engine.Mounts();
        var racer = await Prisoner.StartAsync(_engine, "attack swap /volume/stop /volume/target /proc /volume/inner", spec => spec with { Mounts = [new(MountKind.Bind, volume, "/volume")] });
        await Wait.Until(() => new FileInfo(volume + "/target").LinkTarget is not null, "it races");
        for (int i = Prisoner.Turns(15); i > 0; i--)
        {
            try
            {
                // Both the link that leads into /proc and the folder: whichever it is at that moment.
                var container = await Prisoner.StartAsync(_engine, "attack masked-paths; attack core-pattern; attack see-process 1; ls /proc/self/status", spec => spec with
                {
                    Mounts = [new(MountKind.Bind, volume, "/volume"), new(MountKind.Bind, data, "/volume/target")],
                });
                string[] said = await Prisoner.EndAsync(_engine, container);
                Assert.Equal(4, said.Length);
                Assert.All(said[..3], line => Assert.NotEqual(Result.Succeeded, Outcome.Parse(line).Result));
                Assert.Equal("/proc/self/status", said[3]);
            }
            catch (EngineException refused)
            {
                Assert.Contains("/volume/target", refused.Message, StringComparison.Ordinal);
            }
        }
        await File.WriteAllTextAsync(volume + "/stop", "");
        await Prisoner.EndAsync(_engine, racer);
        await Wait.Until(() => mounts.SequenceEqual(_engine.Mounts()), () => "the mounts are as before: " + string.Join('\n', _engine.Mounts()));
    }

    private const string Look = "md5sum /bin/capable /etc/passwd /bin/busybox /bin/attack; stat -c '%a %u %s' /bin/capable /etc/passwd /bin/busybox";

    private async Task<string> LookAsync(Container container) => (await Prisoner.ExecAsync(_engine, container, new() { Command = ["sh", "-c", Look] })).Output;

    private static unsafe uint Owner(string path)
    {
        Brig.Linux.Libc.stat status;
        Assert.Equal(0, Brig.Linux.Libc.stat_(path, &status));
        return status.st_uid;
    }
}
