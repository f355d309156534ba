using System.Diagnostics;
using Brig.Linux.Proc;
using Brig.Tests;

namespace Brig.Kernel.Tests.Cgroups;

public sealed class NetDevTests
{
    [Fact]
    public async Task Read_ProcessInANamespaceOfItsOwn_ItsTrafficAndNotOurs()
    {
        // Two addresses of one kind of link, so that a packet sent is a packet counted.
        const string script = "ip link add bench0 type veth peer name bench1 && ip link set bench0 up && ip link set bench1 up; echo ready; read _";
        using Process process = Process.Start(new ProcessStartInfo("unshare", ["-n", "/bin/sh", "-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(Wait.Limit));
            using NetDevReader reader = Assert.IsType<NetDevReader>(NetDevReader.Open(process.Id));
            InterfaceTable table = default;
            await Wait.Until(() =>
            {
                reader.Read(ref table);   // the kernel itself sends neighbour discovery when a link comes up
                return table.Items!.Take(table.Count).Any(item => item is { Name: "bench0", TransmitBytes: > 0, TransmitPackets: > 0 });
            }, () => $"traffic of bench0, seen {string.Join(", ", table.Items?.Take(table.Count).Select(item => $"{item.Name} {item.TransmitBytes}") ?? [])}");
            Assert.DoesNotContain("eth0", table.Items!.Take(table.Count).Select(item => item.Name));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public void Open_ProcessInOurNamespace_IsNull() => Assert.Null(NetDevReader.Open(Environment.ProcessId));

    [Fact]
    public void Open_NoSuchProcess_IsNull() => Assert.Null(NetDevReader.Open(int.MaxValue));
}
