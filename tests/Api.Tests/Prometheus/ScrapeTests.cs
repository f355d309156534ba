using Brig.Api.Tests.Support;
using Brig.Engine.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Prometheus;

public sealed class ScrapeTests
{
    private const string Open = "application/openmetrics-text";

    [Theory]
    [InlineData(null, "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/plain;version=0.0.4;q=0.9,*/*;q=0.1", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.5", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3", Open + "; version=1.0.0; charset=utf-8")]
    public async Task Metrics_Accepted_ComeInTheFormatAskedForAndStrict(string? accept, string type)
    {
        await using var brig = await TestBrig.StartAsync();

        var (text, got) = await ScrapeAsync(brig, accept);

        Assert.Equal(type, got);
        var parsed = StrictText.Parse(text, type.StartsWith(Open, StringComparison.Ordinal));
        Assert.Equal(1.500001, parsed.Value("container_cpu_usage_seconds_total", ("cpu", "total"), ("name", "web"), ("image", "brig/busybox")));
        Assert.Equal((50, 20, 0.7), (parsed.Value("container_cpu_cfs_periods_total"), parsed.Value("container_cpu_cfs_throttled_periods_total"), parsed.Value("container_cpu_cfs_throttled_seconds_total")));
        Assert.Equal((3, 1), (parsed.Value("container_memory_failcnt"), parsed.Value("container_oom_events_total")));
        Assert.Equal((0.000012, 0.000003), (parsed.Value("container_pressure_cpu_waiting_seconds_total"), parsed.Value("container_pressure_cpu_stalled_seconds_total")));
        Assert.Equal((5, 7), (parsed.Value("container_network_transmit_bytes_total", ("interface", "eth0")), parsed.Value("container_network_transmit_errors_total")));
        Assert.Equal(8192, parsed.Value("container_fs_writes_bytes_total", ("device", "/dev/vda")));
        Assert.Equal((100_000, 150_000, 1024), (parsed.Value("container_spec_cpu_period"), parsed.Value("container_spec_cpu_quota"), parsed.Value("container_spec_cpu_shares")));
        Assert.Equal((4, 10, 4), (parsed.Value("machine_cpu_cores"), parsed.Value("brig_sampler_tick_seconds_count"), parsed.Value("brig_hub_frames_dropped_total")));
        Assert.Equal((1, 0), (parsed.Value("brig_containers", ("state", "running")), parsed.Value("brig_containers", ("state", "exited"))));
        Assert.True(parsed.Value("process_open_fds") > 3 && parsed.Value("process_start_time_seconds") > 1e9 && parsed.Value("dotnet_gc_heap_total_allocated_bytes_total") > 0);
    }

    [Fact]
    public async Task Metrics_LabelsAreHostile_EscapedAndTheirOwn()
    {
        await using var brig = await TestBrig.StartAsync();
        await brig.SendAsync("POST", "/api/v1/containers", """{"image":"a\"b\\c\nd}{e=\"f\"","labels":{"my.team/x":"red,name=\"evil\"\n# EOF","my_team.x":"second"}}""");

        var (text, _) = await ScrapeAsync(brig, Open, "?label=my.team/x&label=my_team.x&label=nobody");

        var sample = StrictText.Parse(text, true).Samples.First(one => one.Name == "container_memory_rss");
        Assert.Equal("a\"b\\c\nd}{e=\"f\"", sample.Labels["image"]);
        Assert.Equal("red,name=\"evil\"\n# EOF", sample.Labels["container_label_my_team_x"]);
        Assert.Equal(["id", "name", "image", "container_label_my_team_x"], sample.Labels.Keys);
    }

    [Fact]
    public async Task Metrics_NotRunning_OnlyItsStateIsTold()
    {
        await using var brig = await TestBrig.StartAsync();
        ((FakeCounters)brig.Services.GetRequiredService<ICounters>()).All = [];
        brig.Containers.Status = Brig.Engine.Containers.ContainerStatus.Exited;

        var parsed = StrictText.Parse((await ScrapeAsync(brig, null)).Text, false);

        Assert.DoesNotContain(parsed.Samples, one => one.Name.StartsWith("container_", StringComparison.Ordinal));
        Assert.Equal((1, 137, 1), (parsed.Value("brig_container_state", ("state", "exited")), parsed.Value("brig_container_last_exit_code"), parsed.Value("brig_container_last_exit_oom_killed")));
    }

    [Fact]
    public async Task Metrics_WithoutTheToken_Refused()
    {
        await using var brig = await TestBrig.StartAsync();
        using var http = brig.NewClient();

        using var stranger = await http.GetAsync(new Uri("/metrics", UriKind.Relative));
        var many = await brig.SendAsync("GET", "/metrics?" + string.Join('&', Enumerable.Range(0, 17).Select(i => $"label=l{i}")));

        Assert.Equal(401, (int)stranger.StatusCode);
        Assert.Equal((400, "At most 16 labels of containers can be asked for; these are 17."), (many.Status, many.Problem()));
    }

    private static async Task<(string Text, string? Type)> ScrapeAsync(TestBrig brig, string? accept, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics" + query);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }
        using var answer = await brig.Http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (text, answer.Content.Headers.ContentType?.ToString());
    }
}
