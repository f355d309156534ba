using System.Globalization;
using Brig.Api.Tests.Process;

namespace Brig.Api.Tests.Prometheus;

/// <summary>What is told against what the kernel's files say, of a container that stands still. Needs root.</summary>
public sealed class RealScrapeTests(RealBrig real) : IClassFixture<RealBrig>
{
    [Fact]
    public async Task Metrics_OfAPausedContainer_AreWhatItsCgroupSays()
    {
        const string Spec = """
            {"image":"brig/busybox","name":"busy","command":["sh","-c","sleep 1000 & echo ready; while :; do :; done"],"limits":{"cpus":0.2,"memory":67108864,"pids":32}}
            """;
        Assert.Equal(201, (await real.SendAsync("POST", "/containers", Spec)).Status);
        Assert.Equal(200, (await real.SendAsync("POST", "/containers/busy/start", null)).Status);
        await Wait.Until(async () => (await ScrapeAsync()).Samples.Any(one => one.Name == "container_cpu_cfs_throttled_periods_total" && one.Value > 1), "it to be throttled");
        Assert.Equal(200, (await real.SendAsync("POST", "/containers/busy/pause", null)).Status);

        var text = await ScrapeAsync();
        string cgroup = text.Samples.First(one => one.Name == "container_processes").Labels["id"];
        // What is frozen was on its way off the processor when it said so, and the timer of its quota fires once more: the kernel has counted to the end when nothing moves.
        await Wait.Until(async () =>
        {
            var before = Moving();
            text = await ScrapeAsync();
            return before == Moving();
        }, "it to stand still");

        double usage = Number("cpuacct", "cpuacct.usage", 1e9) ?? Keyed("", "cpu.stat", "usage_usec", 1e6);
        Assert.Equal(usage, text.Value("container_cpu_usage_seconds_total", ("name", "busy")), 2e-6);    // a microsecond, for that is what it is told in
        Assert.Equal(usage, text.Value("container_cpu_user_seconds_total") + text.Value("container_cpu_system_seconds_total"), 0.01);
        Assert.Equal(Keyed("cpu", "cpu.stat", "nr_throttled"), text.Value("container_cpu_cfs_throttled_periods_total"));
        Assert.Equal(Keyed("cpu", "cpu.stat", "nr_periods"), text.Value("container_cpu_cfs_periods_total"));
        Assert.Equal(Keyed("memory", "memory.stat", IsV1("memory") ? "total_pgfault" : "pgfault"), text.Value("container_memory_failures_total", ("failure_type", "pgfault")));
        Assert.Equal(Number("memory", "memory.usage_in_bytes") ?? Number("", "memory.current")!.Value, text.Value("container_memory_usage_bytes"));
        Assert.Equal((67108864, 20_000), (text.Value("container_spec_memory_limit_bytes"), text.Value("container_spec_cpu_quota")));
        Assert.Equal((2, 2, 32), (text.Value("container_processes"), text.Value("container_threads"), text.Value("container_threads_max")));
        string network = File.ReadAllText($"/proc/{(await real.SendAsync("GET", "/containers/busy", null)).Json.GetProperty("state").GetProperty("pid").GetInt32()}/net/dev");
        foreach (var one in text.Samples.Where(one => one.Name == "container_network_transmit_packets_total"))
        {
            string line = network.Split('\n').Single(line => line.TrimStart().StartsWith(one.Labels["interface"] + ":", StringComparison.Ordinal));
            Assert.InRange(one.Value, 0, double.Parse(line.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[9], CultureInfo.InvariantCulture)); // the kernel of a paused one goes on
        }

        // Counters never go back while it lives.
        Assert.Equal(200, (await real.SendAsync("POST", "/containers/busy/resume", null)).Status);
        var later = await ScrapeAsync();
        foreach (var one in text.Samples.Where(one => text.Types.GetValueOrDefault(one.Name) == "counter"))
        {
            var now = later.Samples.SingleOrDefault(other => other.Name == one.Name && other.Labels.Count == one.Labels.Count && !other.Labels.Except(one.Labels).Any());
            Assert.True(now is null || now.Value >= one.Value, $"{one.Name} went back from {one.Value} to {now?.Value}");
        }
        Assert.Equal(204, (await real.SendAsync("DELETE", "/containers/busy?force=true", null)).Status);

        (double?, double, double, double) Moving() =>
            (Number("cpuacct", "cpuacct.usage", 1e9) ?? Keyed("", "cpu.stat", "usage_usec", 1e6), Keyed("cpu", "cpu.stat", "nr_throttled"), Keyed("cpu", "cpu.stat", "nr_periods"),
                Number("memory", "memory.usage_in_bytes") ?? Number("", "memory.current")!.Value);

        bool IsV1(string controller) => Directory.Exists($"/sys/fs/cgroup/{controller}{cgroup}");

        string? At(string controller, string file) =>
            ((string[])[$"/sys/fs/cgroup/{controller}{cgroup}/{file}", $"/sys/fs/cgroup{cgroup}/{file}"]).FirstOrDefault(File.Exists);

        double? Number(string controller, string file, double unit = 1) =>
            At(controller, file) is { } path ? double.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) / unit : null;

        double Keyed(string controller, string file, string key, double unit = 1) =>
            double.Parse(File.ReadLines(At(controller, file)!).Single(line => line.StartsWith(key + " ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture) / unit;
    }

    private async Task<StrictText> ScrapeAsync() => StrictText.Parse(await real.Brig.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), false);
}
