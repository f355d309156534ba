using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim;
using Brig.Shim.Child;
using Brig.Shim.Launch;
using Brig.Shim.Look;
using Brig.Shim.Loop;

// Usage: brig-shim FOLDER, with the engine's socket as descriptor 3. FOLDER is only shown by ps; the plan that comes over the socket says everything.
// Or: brig-shim --users FOLDER, which tells whether containers can have users of their own here.
if (args is ["--users", var folder])
    return UsersTrial.Run(folder);
var engine = new Connection(3);
StepLog steps = new();
LaunchPlan? plan = null;
try
{
    Shim.LeaveEngine();
    List<Connection> joined = [];
    plan = FirstPlan.Receive(engine, joined, out var look, out var root);
    if (root is not null)
    {
        engine.SendBlocking(Frame.Make(FrameType.RootMade, RootHolder.Make(root).Write()));
        FirstPlan.AwaitEnd(engine);
        return 0;
    }
    if (plan is null)
    {
        engine.SendBlocking(Frame.Make(FrameType.Looked, Looker.Look(look!).Write()));
        return 0;
    }
    using var loop = new EventLoop(plan, engine, joined);
    loop.Start(Launcher.Launch(plan, new Engine(engine), loop.Listen, steps), steps);
    steps = null!;
    loop.Run();
    return 0;
}
catch (Exception error) when (error is PlanException or LinuxException or WireException)
{
    if (plan is not null)
    {
        Shim.RemoveFiles(plan.RunFolder);
        DeviceNodes.Forget(plan);
    }
    var failed = error as PlanException;
    var step = failed?.Step is { } text ? $"{text.Call} {text.Arguments}" : "";
    engine.SendBlocking(Frame.Make(FrameType.Failed, new FailedMessage(step, failed?.Errno ?? (error as LinuxException)?.Errno ?? 0, error.Message, steps.InOrder()).Write()));
    return 1;
}
