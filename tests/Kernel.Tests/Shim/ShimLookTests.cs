using System.Net.Sockets;
using System.Text;
using Brig.Kernel.Tests.Engine;
using Brig.Linux;
using Brig.Linux.Proc;
using Brig.Linux.Wire;
using Brig.Tests;

namespace Brig.Kernel.Tests.Shim;

/// <summary>The process that looks into a container, as it sees itself there.</summary>
public class ShimLookTests : EngineTest
{
    [Fact]
    public async Task Look_Itself_HasNoDescriptorAndNoRight()
    {
        int pid = (await _engine.RunAsync("sleep 1000")).State.Pid;
        var answer = LookAnswer.Read(await AskAsync(new(new(pid, 0), [new("/proc/self/status", 8000), new("/proc/self/cgroup", 4000), new("/nothing", 10)], ["/proc/self/fd"], Network: false), FrameType.Looked));

        var status = ProcessStatus.Parse(Encoding.UTF8.GetString(answer.Entries[0].Bytes))!;
        Assert.Equal((0ul, 0ul, 0ul, 0ul), (status.Permitted, status.Effective, status.Inheritable, status.Ambient));
        Assert.Equal(0u, status.Uids[1]);
        Assert.Equal(Errno.ENOENT, answer.Entries[2].Errno);
        // The root it looks from, and the folder that is being read.
        Assert.Equal([".", "..", "0", "1"], DirectoryNames.Parse(answer.Entries[3].Bytes).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Look_ContainerThatIsAnother_IsRefused()
    {
        int pid = (await _engine.RunAsync("sleep 1000")).State.Pid;
        var failed = FailedMessage.Read(await AskAsync(new(new(pid, 12345), [], [], Network: false), FrameType.Failed));
        Assert.Equal("the container ended", failed.Sentence);
    }

    private static async Task<byte[]> AskAsync(LookRequest request, FrameType expected)
    {
        var (ours, theirs) = Spawn.SocketPair();
        int shim = Spawn.Detached(ShimFile.Path, ["brig-shim", "look"], ["PATH=/bin"], theirs);
        Spawn.Close(theirs);
        using var socket = new Socket(new SafeSocketHandle(ours, ownsHandle: true));
        await socket.SendAsync(Requests.Look(request));
        var received = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int got; (got = await socket.ReceiveAsync(buffer)) > 0;)
        {
            received.Write(buffer, 0, got);
        }
        await Wait.Until(() => Spawn.TryReap(shim), "the shim ended");
        Assert.True(Frame.TryParse(received.ToArray(), out var type, out var payload, out _));
        Assert.Equal(expected, type);
        return payload.ToArray();
    }
}
