using Brig.Linux.Wire;

namespace Brig.Linux.Tests.Wire;

public sealed class LookRoundTripTests
{
    [Fact]
    public void Request_WrittenAndRead_IsTheSame()
    {
        var request = new LookRequest(new(7, 1234567890123), [new("/proc/1/status", 4096), new("/é", 1)], ["/proc"], true);
        var read = LookRequest.Read(request.Write());
        Assert.Equal((request.Target, request.Network), (read.Target, read.Network));
        Assert.Equal(request.Files.ToArray(), read.Files.ToArray());
        Assert.Equal(request.Folders.ToArray(), read.Folders.ToArray());
    }

    [Fact]
    public void Answer_WrittenAndRead_IsTheSame()
    {
        var read = LookAnswer.Read(new LookAnswer([new(2, []), new(0, [0, 255, 10])]).Write());
        Assert.Equal(2, read.Entries[0].Errno);
        Assert.Equal([0, 255, 10], read.Entries[1].Bytes);
    }

    [Fact]
    public void Read_CutOffOrRandom_IsAWireException()
    {
        byte[] whole = new LookRequest(new(7, 1), [new("/a", 1)], ["/b"], false).Write();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<WireException>(() => LookRequest.Read(whole.AsSpan(0, length)));
        }
        var random = new Random(7);
        byte[] bytes = new byte[60];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            bytes.AsSpan(0, random.Next(60)).Clear();
            try
            {
                _ = LookAnswer.Read(bytes);
            }
            catch (WireException)
            {
                // The only way to fail.
            }
        }
    }
}
