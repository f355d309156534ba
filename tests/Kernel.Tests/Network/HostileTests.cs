using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Linux.Net;
using Brig.Linux.Wire;

namespace Brig.Kernel.Tests.Network;

/// <summary>What root in a container, with every right over its own network, can do to the machine's.</summary>
public sealed class HostileTests : IDisposable
{
    private readonly TestNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RootWithNetAdmin_ItsOwnInterfaceAndNoOther(bool host)
    {
        await using var scene = await _network.StartAsync();
        const string script = """
            ip link set eth0 mtu 1300 && echo own
            ip -o link | sed 's/@.*//' | cut -d' ' -f2 | sort | tr -d ':\n'; echo
            peer=$(cat /sys/class/net/eth0/iflink)
            ip link set if$peer down 2>/dev/null && echo reached the outer end
            ip link set dev bvxx name mine 2>/dev/null && echo renamed
            ip link set eth0 netns 1 2>&1 | head -1
            [ -e /sys/class/net/eth0 ] && echo still here
            grep -c 'nsfs' /proc/self/mountinfo
            """;
        var container = await scene.RunAsync(script, spec => spec with
        {
            CapAdd = ["NET_ADMIN"], Namespaces = spec.Namespaces with { User = host ? NamespaceSpec.Host : NamespaceSpec.Auto },
        });
        string outer = _network.Outer(container.Id).Single();
        await scene.Containers.WaitAsync(container.Id.Value);
        string[] said = await scene.OutputAsync(container);

        Assert.Equal("own", said[0]);
        Assert.Equal("eth0lo", said[1]);
        Assert.Equal(["still here", "0"], said[^2..]);
        Assert.DoesNotContain(said, line => line is "reached the outer end" or "renamed");
        using var net = RtNetlink.Open();
        var port = net.Find(outer);
        Assert.NotNull(port);
        Assert.Equal(1500u, port.Mtu);
    }

    [Fact]
    public async Task EveryContainer_SeesNeitherPinsNorTheOuterEnd()
    {
        await using var scene = await _network.StartAsync();
        var first = await scene.RunAsync("sleep 1000");
        var container = await scene.RunAsync($"cat /proc/self/mountinfo; ls /proc/1/root{scene.Paths.Pins} {scene.Paths.Pins} 2>&1; ls /sys/class/net");
        await scene.Containers.WaitAsync(container.Id.Value);
        string said = string.Join('\n', await scene.OutputAsync(container));

        Assert.DoesNotContain("nsfs", said, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Id.Value, said, StringComparison.Ordinal);
        Assert.DoesNotContain("bv", said.Split("ls:")[^1].Split('\n'), StringComparer.Ordinal);
        Assert.Contains("No such file or directory", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_NamespaceOfAReusedPid_IsRefused()
    {
        using var other = new Shim.ShimRun();
        other.Start("sleep 100");
        using var run = new Shim.ShimRun();
        var plan = run.Plan("true") with { Namespaces = new() { Net = NamespaceTarget.Join(other.Started!.Pid, "net", other.Started.StartTicks + 1) } };
        run.Start(plan);
        Assert.Equal("the container whose net namespace was to be shared has ended", run.Sentence);

        using var right = new Shim.ShimRun();
        right.Start(right.Plan("true") with { Namespaces = new() { Net = NamespaceTarget.Join(other.Started.Pid, "net", other.Started.StartTicks) } });
        Assert.NotNull(right.Started);
    }
}
