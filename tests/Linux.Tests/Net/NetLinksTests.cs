using Brig.Linux.Net;

namespace Brig.Linux.Tests.Net;

public sealed class NetLinksTests
{
    [Fact]
    public void Read_OwnNamespace_HasTheLoopbackAsTheKernelTellsIt()
    {
        var loopback = Assert.Single(NetlinkSocket.Read(), link => link.IsLoopback);
        Assert.Equal("lo", loopback.Name);
        Assert.Equal(int.Parse(File.ReadAllText("/sys/class/net/lo/ifindex")), loopback.Index);
        Assert.Equal(uint.Parse(File.ReadAllText("/sys/class/net/lo/mtu")), loopback.Mtu);
        Assert.Contains("127.0.0.1/8", loopback.Addresses);
    }

    [Fact]
    public void Read_OwnNamespace_EveryInterface() =>
        Assert.Equal(Directory.GetFileSystemEntries("/sys/class/net").Select(Path.GetFileName).Where(name => File.Exists($"/sys/class/net/{name}/ifindex")).Order(), NetlinkSocket.Read().Select(link => link.Name).Order());

    [Fact]
    public void Parse_RandomMessages_NeverThrowsNorLoops()
    {
        var random = new Random(7);
        byte[] bytes = new byte[400];
        for (int i = 0; i < 50_000; i++)
        {
            random.NextBytes(bytes);
            for (int at = 0; at < bytes.Length - 8; at += random.Next(4, 60))
            {
                (bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]) = ((byte)random.Next(80), 0, 0, 0);   // a likely length
                (bytes[at + 4], bytes[at + 5]) = ((byte)(random.Next(2) == 0 ? 16 : 20), 0);                     // and kind
            }
            _ = NetLinks.Parse(bytes.AsSpan(0, random.Next(bytes.Length)), bytes.AsSpan(random.Next(bytes.Length)));
        }
    }
}
