using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim;
using Brig.Shim.Child;
using Brig.Shim.Launch;
using Brig.Shim.Loop;

// Usage: brig-shim FOLDER, with the engine's socket as descriptor 3. FOLDER is only shown by ps; the plan that comes over the socket says everything.
Shim.LeaveEngine();
var engine = new Connection(3);
StepLog steps = new();
LaunchPlan? plan = null;
try
{
    plan = FirstPlan.Receive(engine);
    var socket = ShimSocket.Listen(plan.RunFolder);
    using var loop = new EventLoop(plan, socket, engine);
    loop.Start(Launcher.Launch(plan, steps), steps);
    steps = null!;
    loop.Run();
    Shim.RemoveFiles(plan.RunFolder);
    return 0;
}
catch (Exception error) when (error is PlanException or LinuxException or WireException)
{
    if (plan is not null)
        Shim.RemoveFiles(plan.RunFolder);
    var failed = error as PlanException;
    var step = failed?.Step is { } text ? $"{text.Call} {text.Arguments}" : "";
    engine.SendBlocking(Frame.Make(FrameType.Failed, new FailedMessage(step, failed?.Errno ?? (error as LinuxException)?.Errno ?? 0, error.Message, steps.InOrder()).Write()));
    return 1;
}
