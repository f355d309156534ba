using Brig.Kernel.Tests.Attacks;
using Brig.Kernel.Tests.Cgroups;
using Brig.Linux.Wire;
using Brig.Tests;

namespace Brig.Kernel.Tests.Shim;

/// <summary>An image is somebody else's: no symlink in it leads to the host.</summary>
public sealed class ShimHostileImageTests
{
    /// <summary>A layer over busybox's whose links are made by <paramref name="fill"/>.</summary>
    private static ShimRun Start(Action<string> fill, Func<LaunchPlan, LaunchPlan> change, string script = "true")
    {
        var run = new ShimRun();
        var layer = run.Folder + "/layer";
        BusyboxRoot.Fill(layer);
        fill(layer);
        var plan = run.Plan("sh", "-c", script);
        return run.Start(change(plan with { Root = plan.Root! with { LowerDirectories = [layer] } }));
    }

    private static void Replace(string layer, string path, string target)
    {
        if (Directory.Exists(layer + path))
            Directory.Delete(layer + path, recursive: true);
        File.CreateSymbolicLink(layer + path, target);
    }

    private static LaunchPlan Bind(LaunchPlan plan, string source, string target) =>
        plan with { Root = plan.Root! with { Mounts = [.. plan.Root.Mounts, new(MountKind.Bind, source, target)] } };

    [Theory]
    [Scenario("An image whose /proc or /sys is a link, so that masks cover something else", "proc and sysfs are mounted where no link leads")]
    [InlineData("/proc")]
    [InlineData("/sys")]
    public void ProcOrSysIsALink_IsRefused(string path)
    {
        using var run = Start(layer => Replace(layer, path, "/tmp"), plan => plan);
        Assert.Contains($"\"{path}\"", run.Sentence, StringComparison.Ordinal);
        Assert.Contains("ELOOP", run.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    [Scenario("An image whose /etc is a link to the host", "openat2 below the root")]
    public void EtcIsALinkToTheHost_FileIsBoundInsideTheRoot()
    {
        using var host = new TempFolder();
        using var source = new TempFolder();
        File.WriteAllText(source.Path + "/hosts", "mine\n");
        using var run = Start(
            layer =>
            {
                Directory.CreateDirectory(layer + host.Path);
                Replace(layer, "/etc", "../../../.." + host.Path);
            },
            plan => Bind(plan, source.Path + "/hosts", "/etc/hosts"), "cat /etc/hosts; ls -d " + host.Path);
        run.Wait();
        Assert.Equal(["mine", host.Path], run.Log());
        Assert.Empty(Directory.GetFileSystemEntries(host.Path));
    }

    [Fact]
    [Scenario("An image whose /etc/resolv.conf is a link to be made on the host", "openat2 below the root")]
    public void FileToMountOverIsADanglingLink_IsReplacedInside()
    {
        using var source = new TempFolder();
        File.WriteAllText(source.Path + "/resolv.conf", "mine\n");
        using var host = new TempFolder();
        using var run = Start(
            layer => File.CreateSymbolicLink(layer + "/etc/resolv.conf", host.Path + "/deep/stub"), plan => Bind(plan, source.Path + "/resolv.conf", "/etc/resolv.conf"),
            "cat /etc/resolv.conf");
        run.Wait();
        Assert.Equal(["mine"], run.Log());
        Assert.Empty(Directory.GetFileSystemEntries(host.Path));
    }

    [Theory]
    [Scenario("An image whose mount target is a link into /proc", "openat2, no magic links")]
    [InlineData("/proc/self/fd/3")]
    [InlineData("/proc/1/root")]
    [InlineData("/proc/self/cwd")]
    public void MountTargetIsALinkIntoProc_IsRefused(string link)
    {
        using var source = new TempFolder();
        using var run = Start(layer => File.CreateSymbolicLink(layer + "/data", link), plan => Bind(plan, source.Path, "/data/x"));
        Assert.Contains("ELOOP", run.Sentence, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(source.Path));
    }

    [Fact]
    public void WorkingDirIsALinkToAnOpenDescriptor_IsRefused()
    {
        using var source = new TempFolder();
        for (var fd = 3; fd < 20; fd++)
        {
            var link = $"/proc/self/fd/{fd}";
            using var run = Start(layer => File.CreateSymbolicLink(layer + "/wd", link), plan => Bind(plan with { Process = plan.Process with { WorkingDir = "/wd" } }, source.Path, "/data"));
            Assert.Contains("\"/wd\"", run.Sentence, StringComparison.Ordinal);
        }
    }

    /// <summary>Until execve closes them, descriptors of the host's directories would be doors while it looks for the program, or for the interpreter a script names.</summary>
    [Theory]
    [Scenario("An image whose program or interpreter is /proc/self/fd/N/…", "everything closed before execve looks")]
    [InlineData(false)]
    [InlineData(true)]
    public void ProgramIsBehindAnOpenDescriptor_IsNotFound(bool asInterpreter)
    {
        using var host = new TempFolder();
        File.Copy("/bin/busybox", host.Path + "/sh");
        using var cgroup = new TestCgroup("detected");
        for (var fd = 3; fd < 32; fd++)
        {
            var program = $"/proc/self/fd/{fd}/../../../../../../../..{host.Path}/sh";
            using var run = Start(
                layer =>
                {
                    File.WriteAllText(layer + "/script", $"#!{program}\necho escaped\n");
                    File.SetUnixFileMode(layer + "/script", UnixFileMode.UserRead | UnixFileMode.UserExecute);
                },
                plan => plan with
                {
                    Cgroup = new() { V2Directory = cgroup.Cgroup.Entry.V2Directory, V1Directories = cgroup.Cgroup.Entry.V1Directories },
                    Process = plan.Process with { Args = asInterpreter ? ["/script"] : [program, "-c", "echo escaped"] },
                });
            Assert.True(run.Failed is not null, $"descriptor {fd} leads to the host");
        }
    }

    [Fact]
    public void MountTargetGoesUp_StaysInside()
    {
        using var host = new TempFolder();
        using var source = new TempFolder();
        using var run = Start(_ => { }, plan => Bind(plan, source.Path, "/tmp/../../../.." + host.Path + "/made"), "ls " + host.Path);
        run.Wait();
        Assert.Equal(["made"], run.Log());
        Assert.Empty(Directory.GetFileSystemEntries(host.Path));
    }

    [Fact]
    [Scenario("An image whose /etc/passwd is a link to the host", "openat2 below the root")]
    public void PasswdIsALinkToTheHosts_IsReadInsideTheRoot()
    {
        using var run = Start(
            layer =>
            {
                File.Delete(layer + "/etc/passwd");
                File.CreateSymbolicLink(layer + "/etc/passwd", "/host-passwd");
                File.WriteAllText(layer + "/host-passwd", "inner:x:77:88::/inner:/bin/sh\n");
            },
            plan => plan with { Process = plan.Process with { User = "inner" } }, "id -u; id -g");
        run.Wait();
        Assert.Equal(["77", "88"], run.Log());
    }

    [Fact]
    [Scenario("An image whose /etc/passwd never ends", "only regular files are read")]
    public void PasswdIsAFifo_DoesNotHang()
    {
        using var run = Start(
            layer =>
            {
                File.Delete(layer + "/etc/passwd");
                System.Diagnostics.Process.Start("mkfifo", layer + "/etc/passwd").WaitForExit();
            },
            plan => plan with { Process = plan.Process with { User = "tester" } });
        Assert.Equal("user \"tester\" is not in the image's /etc/passwd", run.Sentence);
    }

    [Fact]
    [Scenario("Mount inside a bind so that the host has the mount", "binds are private")]
    public void MountInsideASharedBind_IsNotSeenOnTheHost()
    {
        using var source = new TempFolder();
        Assert.Equal(0, Brig.Linux.Libc.mount("tmpfs", source.Path, "tmpfs", 0, null));
        try
        {
            Assert.Equal(0, Brig.Linux.Libc.mount(null, source.Path, null, 1 << 20 /* MS_SHARED */, null));
            Directory.CreateDirectory(source.Path + "/sub");
            using var run = Start(
                _ => { }, plan => Bind(plan with { Process = plan.Process with { Capabilities = CapabilityPlan.Of(CapabilityPlan.All) } }, source.Path, "/data"),
                "mount -t tmpfs inner /data/sub && echo x > /data/sub/inner && ls /data/sub");
            run.Wait();
            Assert.Equal(["inner"], run.Log());
            Assert.Empty(Directory.GetFileSystemEntries(source.Path + "/sub"));
            Assert.DoesNotContain(source.Path + "/sub", File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        }
        finally
        {
            Brig.Linux.Libc.umount2(source.Path, Brig.Linux.Libc.MNT_DETACH);
        }
    }

    [Fact]
    [Scenario("Write to the shim's own program", "it is executed from a read-only mount without a name")]
    public void ShimsExecutable_CannotBeWrittenThroughProc()
    {
        using var run = Start(_ => { }, plan => plan, "sleep 100");
        Assert.Equal(-1, Brig.Linux.Libc.open($"/proc/{run.ShimPid}/exe", Brig.Linux.Libc.O_WRONLY | Brig.Linux.Libc.O_TRUNC));
        Assert.Equal(Brig.Linux.Errno.EROFS, Brig.Linux.Errno.Last);
    }

    [Fact]
    public void InitsExecutable_CannotBeReadFromInside()
    {
        using var run = Start(_ => { }, plan => plan with { Process = plan.Process with { Init = true } }, "readlink /proc/1/exe || echo refused; head -c 4 /proc/1/exe 2>/dev/null || echo refused; ls /proc/1/fd 2>/dev/null | wc -l");
        run.Wait();
        Assert.Equal(["refused", "refused", "0"], run.Log());
    }
}
