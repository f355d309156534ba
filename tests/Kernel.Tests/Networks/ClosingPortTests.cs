using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Linux;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

public class ClosingPortTests
{
    private const int Port = 8096;

    /// <summary>
    /// A child has what was open when it was made until it becomes its program: a port that was let go of in between is in use for that long. A second descriptor of the sockets stands for that child here;
    /// it is closed once the start has found the port in use, or the start has failed.
    /// </summary>
    [Fact]
    public async Task Restart_AChildStillHasThePort_IsWaitedFor()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.ServeAsync("web", spec => spec with
        {
            Ports = [new(80) { HostPort = Port }, new(53) { HostPort = Port, Protocol = PortProtocol.Udp }],
        });
        int[] children = [.. SocketsAt(scene, Port).Select(fd => Libc.fcntl(fd, Libc.F_DUPFD_CLOEXEC, 3))];
        Assert.Equal(4, children.Length);   // both protocols, both families
        await scene.Containers.StopAsync("web", TimeSpan.Zero);

        var starting = Task.Run(() => scene.Containers.StartAsync("web"));
        var ending = Task.Factory.StartNew(
            () =>
            {
                starting.Wait(TimeSpan.FromMilliseconds(100));
                foreach (int fd in children)
                {
                    _ = Libc.close(fd);
                }
            },
            TaskCreationOptions.LongRunning);
        await starting;
        await ending;

        Assert.Equal([Port, Port], scene.Containers.Get("web").Ports.Select(port => port.HostPort));
        await Wait.Until(async () => await HostNamespace.AskAsync(scene.Host.Elsewhere, HostNamespace.MachineIpv4, Port) == "web", "it answers");
    }

    /// <summary>Descriptors of ours, by the inodes that the kernel's tables name (proc_pid_net(5)).</summary>
    private static List<int> SocketsAt(NetworkScene scene, int port)
    {
        string[] tables = ["tcp", "tcp6", "udp", "udp6"];
        var links = scene.Host.Machine.Run(() => tables.SelectMany(table => File.ReadAllLines("/proc/thread-self/net/" + table)).ToArray())
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith(":" + port.ToString("X4", CultureInfo.InvariantCulture), StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]").ToHashSet();
        return [.. Directory.EnumerateFiles("/proc/self/fd").Where(file => new FileInfo(file).LinkTarget is { } target && links.Contains(target)).Select(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture))];
    }
}
