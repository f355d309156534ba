using Brig.Linux.Trees;

namespace Brig.Engine.Tests.Volumes;

public sealed class TreeCopyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brig-copy").FullName;

    public TreeCopyTests()
    {
        Directory.CreateDirectory(_folder + "/from");
        Directory.CreateDirectory(_folder + "/to");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Copy_LinkOut_IsALinkAndNotWhatItLeadsTo()
    {
        File.WriteAllText(_folder + "/secret", "secret");
        File.CreateSymbolicLink(_folder + "/from/link", _folder + "/secret");
        Directory.CreateSymbolicLink(_folder + "/from/folder", _folder);
        Assert.Equal(new(0, 2), TreeCopy.Copy(_folder + "/from", _folder + "/to", default));
        Assert.Equal(_folder + "/secret", new FileInfo(_folder + "/to/link").LinkTarget);
        Assert.Equal(_folder, new FileInfo(_folder + "/to/folder").LinkTarget);
    }

    [Fact]
    public void Copy_HolesAndContent_AreWhereTheyWere()
    {
        using (var file = File.Create(_folder + "/from/sparse"))
        {
            file.Write("begin"u8);
            file.Position = 50 << 20;
            file.Write("middle"u8);
            file.SetLength(100 << 20);
        }
        var copied = TreeCopy.Copy(_folder + "/from", _folder + "/to", default);
        Assert.True(copied.Bytes < 1 << 20, $"{copied.Bytes} bytes were copied");
        Assert.True(TreeSize.Of(_folder + "/to", default).Bytes < 1 << 20);
        using var made = File.OpenRead(_folder + "/to/sparse");
        Assert.Equal(100 << 20, made.Length);
        byte[] read = new byte[6];
        made.Position = 50 << 20;
        made.ReadExactly(read);
        Assert.Equal("middle"u8.ToArray(), read);
    }

    [Fact]
    public void Move_SomeAreThereAlready_TheyStayAndTheRestComes()
    {
        File.WriteAllText(_folder + "/from/a", "new");
        File.WriteAllText(_folder + "/from/b", "new");
        File.WriteAllText(_folder + "/to/a", "old");
        File.SetUnixFileMode(_folder + "/from", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        TreeFill.Move(_folder + "/from", _folder + "/to");
        TreeFill.Move(_folder + "/from", _folder + "/to");
        Assert.Equal("old", File.ReadAllText(_folder + "/to/a"));
        Assert.Equal("new", File.ReadAllText(_folder + "/to/b"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder + "/to"));
    }

    [Fact]
    public void Size_HardLinks_CountOnce()
    {
        File.WriteAllBytes(_folder + "/from/a", new byte[1 << 20]);
        long one = TreeSize.Of(_folder + "/from", default).Bytes;
        System.Diagnostics.Process.Start("ln", [_folder + "/from/a", _folder + "/from/b"]).WaitForExit();
        Assert.Equal((one, 2L), TreeSize.Of(_folder + "/from", default));
    }

    [Fact]
    public void Apparent_PathLongerThanAnyMayBe_IsCounted()
    {
        Shell("for i in $(seq 30); do d=$(printf %0200d $i); mkdir $d; cd -P $d; done; head -c 12345 /dev/zero > deep; ln deep other; ln -s deep link");
        try
        {
            Assert.Equal(12345 + 4, TreeSize.Apparent(_folder + "/from", default));
        }
        finally
        {
            Shell("rm -r -- *");
        }
    }

    private void Shell(string script)
    {
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = _folder + "/from" })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
