using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Isolation;

/// <summary>What the engine reads inside a container, against what the container itself says.</summary>
public class InsideViewTests : EngineTest
{
    private IIsolation Isolation => _engine.Get<IIsolation>();

    [Fact]
    public async Task View_Container_SaysWhatItsOwnProgramsSay()
    {
        var container = await _engine.RunAsync("cat /proc/1/status | grep -v -E 'ctxt|^Vm|^Rss|State|Sig|^Huge'; echo ---; mount; echo ---; ls /proc | grep -E '^[0-9]+$' | wc -l; echo ready; sleep 1000; :");
        await Wait.Until(async () => (await _engine.OutputAsync(container)).Contains("ready"), "it wrote");
        string own = string.Join('\n', await _engine.OutputAsync(container));
        var view = await Isolation.ViewAsync(container.Id.Value);

        string status = One(view, "status").Inside;
        Assert.All(own[..own.IndexOf("---", StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(line, status, StringComparison.Ordinal));
        Assert.StartsWith("uid=0 gid=0", One(view, "id").Inside, StringComparison.Ordinal);
        Assert.Contains(" on /proc type proc (", One(view, "mount").Inside, StringComparison.Ordinal);
        Assert.Contains("\n      1       0          0 S sh -c ", One(view, "ps").Inside, StringComparison.Ordinal);
        Assert.Contains($"{_engine.Containers.Get(container.Id.Value).State.Pid,7} ", One(view, "ps").Outside, StringComparison.Ordinal);
        Assert.Equal("1: lo: <LOOPBACK,UP> mtu 65536\n    link/loopback 00:00:00:00:00:00\n    inet 127.0.0.1/8\n    inet6 ::1/128\n", One(view, "ip").Inside);
        Assert.All(view.Sections, section => Assert.Null(section.Missing));
    }

    [Fact]
    public async Task View_OwnUserNamespace_RootInsideIsNobodyOutside()
    {
        var container = await _engine.RunAsync("sleep 1000", spec => spec with { Namespaces = new() { User = NamespaceSpec.New } });
        var view = await Isolation.ViewAsync(container.Id.Value);
        Assert.StartsWith("uid=0 gid=0", One(view, "id").Inside, StringComparison.Ordinal);
        Assert.DoesNotContain("uid=0 ", One(view, "id").Outside, StringComparison.Ordinal);
        Assert.Equal("1: lo: <LOOPBACK,UP>", One(view, "ip").Inside[..20]);
    }

    [Fact]
    public async Task View_PausedContainer_IsReadAllTheSame()
    {
        var container = await _engine.RunAsync("sleep 1000");
        await _engine.Containers.PauseAsync(container.Id.Value);
        Assert.Contains("sleep 1000", One(await Isolation.ViewAsync(container.Id.Value), "ps").Inside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task View_LeavesNothingBehind()
    {
        var container = await _engine.RunAsync("sleep 1000");
        await Isolation.ViewAsync(container.Id.Value);
        Assert.Empty(_engine.Containers.ListExecs(container.Id.Value));
        Assert.Single(await Isolation.ProcessesAsync(container.Id.Value));
        Assert.DoesNotContain(await _engine.Events.ListAsync(), e => e.Kind == "exec");
    }

    private static ViewSection One(TwoViews view, string key) => Assert.Single(view.Sections, section => section.Key == key);
}
