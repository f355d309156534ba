namespace Brig.Linux.Tests.Proc;

public sealed class PeerGroupTests
{
    private static readonly string[] s_mountinfo =
    [
        "36 35 98:0 / /mnt rw,noatime - ext3 /dev/root rw",
        "361 35 98:0 / /mnt shared:1 rw,noatime shared:1 - ext3 /dev/root rw",
        "37 35 98:0 / /a rw shared:4 master:2 - ext3 shared:9 rw",
        "38 35 98:0 / /b rw master:2 propagate_from:1 - ext3 /dev/root rw",
    ];

    [Theory]
    [InlineData("36", false, false)]
    [InlineData("37", true, true)]
    [InlineData("38", false, true)]
    [InlineData("3", false, false)]
    public void Parse_OptionalFields_TellTheGroup(string id, bool shared, bool slave) => Assert.Equal(new PeerGroup(shared, slave), PeerGroup.Parse(s_mountinfo, id));

    [Fact]
    public void Of_Nothing_NamesTheCall() => Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => PeerGroup.Of("/not/there")).Errno);

    [Fact]
    public void DeviceNode_OfAFile_IsNone()
    {
        Assert.Null(DeviceNode.TryRead("/etc/hostname"));
        Assert.Equal(('c', 1u, 3u), DeviceNode.TryRead("/dev/null") is { } node ? (node.Type, node.Major, node.Minor) : default);
    }
}
