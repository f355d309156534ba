using System.Diagnostics;
using Brig.Tests;

namespace Brig.Linux.Tests.Trees;

/// <summary>What a container may leave behind.</summary>
public sealed class TreeDeletionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Tree => _folder.Path + "/tree";

    private void Make(string script)
    {
        Directory.CreateDirectory(Tree);
        using var shell = Process.Start(new ProcessStartInfo("/bin/busybox", ["sh", "-ec", script]) { WorkingDirectory = Tree })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("touch \"$(printf 'a\\377b')\"; mkdir \"$(printf '\\376')\"; touch \"$(printf '\\376/x')\"")]
    [InlineData("mkdir -p a/b/c d/e; touch a/b/c/f a/x; ln -s .. d/up; mkfifo d/e/pipe; chmod 0 a/b; mkdir -p deleted-0/deleted-0/x; mkdir deleted-1; touch deleted-1/y deleted-2")]
    public void Delete_ATree_IsGone(string script)
    {
        Make(script);
        TreeDeletion.Delete(Tree);
        Assert.False(Path.Exists(Tree));
    }

    [Fact]
    public void Delete_DeeperThanAPathIsLong_IsGone()
    {
        // Two halves, 3,000 characters each, one put below the other.
        string half = string.Join('/', Enumerable.Repeat(new string('d', 100), 30));
        Directory.CreateDirectory($"{Tree}/one/{half}");
        Directory.CreateDirectory($"{Tree}/two/{half}");
        Directory.Move(Tree + "/two", $"{Tree}/one/{half}/two");
        TreeDeletion.Delete(Tree);
        Assert.False(Path.Exists(Tree));
    }

    [Fact]
    public void Delete_ALinkToADirectory_LeavesWhatItLeadsTo()
    {
        Directory.CreateDirectory(_folder.Path + "/other");
        File.WriteAllText(_folder.Path + "/other/kept", "");
        Make("mkdir in; ln -s ../other link; ln -s ../../other in/link");
        TreeDeletion.Delete(Tree);
        Assert.True(File.Exists(_folder.Path + "/other/kept"));
        Assert.False(Path.Exists(Tree));
    }

    [Fact]
    public void Delete_NotThere_IsNoError() => TreeDeletion.Delete(Tree);
}
