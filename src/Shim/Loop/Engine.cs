using Brig.Linux.Proc;
using Brig.Linux.Wire;
using Brig.Shim.Launch;

namespace Brig.Shim.Loop;

/// <summary>The engine's connection while there is no loop yet.</summary>
internal sealed class Engine(Connection connection) : IEngine
{
    /// <summary>Reads Enter and not a byte more: what follows may be for the child.</summary>
    public void AwaitCgroup()
    {
        FrameType type;
        int consumed;
        while (!Frame.TryParse(connection.Unread, out type, out _, out consumed))
        {
            connection.Receive(Frame.HeaderSize - connection.Unread.Length);
            if (connection.Broken)
                throw new WireException("the engine went away before the cgroup was made");
        }
        if (type != FrameType.Enter)
            throw new WireException("only Enter may come before the start");
        connection.Consume(consumed);
    }

    public void Cloned(int pid) => connection.SendBlocking(Frame.Make(FrameType.Cloned, new ClonedMessage(pid, ProcessStat.StartTicks(pid)).Write()));
}
