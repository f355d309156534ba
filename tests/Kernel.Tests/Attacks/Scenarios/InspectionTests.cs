using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Attacks.Scenarios;

/// <summary>Against who looks in: the engine reads a running container's files and processes, and the container has prepared them.</summary>
public class InspectionTests : ScenarioTest
{
    [Theory]
    [InlineData("attack pipe /etc/passwd")]
    [InlineData("ln -s /etc/passwd /etc/passwd")]
    [InlineData("mkdir /etc/passwd")]
    [InlineData("ln -s /dev/zero /etc/passwd")]
    [InlineData("ln -s /proc/1/root/etc/passwd /etc/passwd")]
    [InlineData("dd if=/dev/zero of=/etc/passwd bs=1 count=1 seek=8000000000")]
    [InlineData("yes root:x:0:0:root:/root:/bin/sh | head -c 20000000 > /etc/passwd")]
    [Scenario("Hold up or exhaust who looks in: /etc/passwd is a pipe, a loop, a device, 8 GB, or all of it root", "regular files only, opened by openat2, read to a limit")]
    public async Task Passwd_PreparedWhileItRuns_NobodyWaitsForIt(string prepare)
    {
        var container = await Prisoner.StartAsync(_engine, $"rm /etc/passwd /etc/group; {prepare} 2>/dev/null; touch /ready; exec sleep 1000");
        await Wait.Until(async () => (await Prisoner.ExecAsync(_engine, container, new() { Command = ["ls", "/ready"] })).Code == 0, "it is ready");

        var (output, _) = await Prisoner.ExecAsync(_engine, container, new() { Command = ["stat", "-c", "%u", "/proc/self/"], User = "1000" }).WaitAsync(Wait.Limit);
        Assert.Equal("1000\n", output);
        var refused = await Record.ExceptionAsync(() => Prisoner.ExecAsync(_engine, container, new() { Command = ["true"], User = "nobody-here" }).WaitAsync(Wait.Limit));
        Assert.IsType<EngineException>(refused);
        Assert.NotEmpty(await _engine.Containers.TopAsync(container.Name).WaitAsync(Wait.Limit));
        Assert.NotNull(await _engine.Get<IIsolation>().ReportAsync(container.Name).WaitAsync(Wait.Limit));
        Assert.NotNull(await _engine.Get<IIsolation>().ViewAsync(container.Name).WaitAsync(Wait.Limit));
    }

    [Fact]
    [Scenario("Lead who looks in elsewhere: PID 1 has changed its root", "an exec enters the mount namespace's own root")]
    public async Task Root_ChangedByPidOne_ExecIsInTheContainersRoot()
    {
        var container = await Prisoner.StartAsync(_engine, "mkdir -p /tmp/cell/bin /tmp/cell/etc; cp /bin/busybox /tmp/cell/bin/; cp /bin/attack /tmp/cell/bin/; touch /tmp/cell/ready; exec attack sleep-in /tmp/cell");
        await Wait.Until(() => new FileInfo($"/proc/{container.State.Pid}/root").LinkTarget?.EndsWith("/tmp/cell", StringComparison.Ordinal) == true || Directory.Exists($"/proc/{container.State.Pid}/root/bin") && !Directory.Exists($"/proc/{container.State.Pid}/root/proc"), "it has changed its root");

        Assert.Equal("/etc/passwd\n", (await Prisoner.ExecAsync(_engine, container, new() { Command = ["ls", "/etc/passwd"] })).Output);
        Assert.NotEmpty(await _engine.Containers.TopAsync(container.Name).WaitAsync(Wait.Limit));
        Assert.NotNull(await _engine.Get<IIsolation>().ReportAsync(container.Name).WaitAsync(Wait.Limit));
    }

    [Fact]
    [Scenario("Survive: processes that multiply, ignore signals and sit in sessions of their own", "the whole cgroup is killed")]
    public async Task Remove_WhileItMultiplies_NothingIsLeft()
    {
        var container = await Prisoner.StartAsync(_engine, "attack multiply & attack multiply & exec attack multiply", spec => spec with { Limits = spec.Limits with { Pids = 100, Cpus = 1 } });
        await Wait.Until(async () => (await _engine.Containers.TopAsync(container.Name)).Length > 60, "it multiplies");
        await _engine.Containers.RemoveAsync(container.Name, force: true).WaitAsync(Wait.Limit);

        await Wait.Until(() => _engine.Traces(container.Id).Length == 0, () => string.Join('\n', _engine.Traces(container.Id)));
    }
}
