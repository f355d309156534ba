using System.IO.Pipelines;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Web.Api.Docker;

/// <summary>GET /containers/{id}/stats: as many looks a second as there are, each at the engine's tick, so that fifty clients wake one timer.</summary>
internal static class StatsRoutes
{
    public static IResult Stats(HttpContext http, string id, IContainers all, ICounters counters, IMetrics metrics, TimeProvider time)
    {
        var container = all.Named(id);
        bool stream = http.Request.Flag("stream", usual: true), oneShot = !ApiVersion.Of(http).IsBefore(1, 41) && http.Request.Flag("one-shot");
        if (stream && oneShot)
        {
            throw EngineException.Invalid("cannot have stream=true and one-shot=true");
        }
        var machine = counters.ReadMachine();
        var writer = new StatsWriter(container, File.Exists("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1, machine.Cores, machine.MemoryTotal);
        return OpenEnded.Answer("application/json", (to, stop) => CopyAsync(to, stop));

        async Task CopyAsync(Stream to, CancellationToken stop)
        {
            var pipe = PipeWriter.Create(to, new StreamPipeWriterOptions(leaveOpen: true));
            using var ticks = metrics.Follow(0);
            StatsLook? before = null;
            for (bool isLast = false; !isLast;)
            {
                bool runs = Runs();
                var now = Look(atTick: before is not null);
                bool isTooEarly = now.Counters is null && runs;   // a start is answered before its container is watched, and a tick may come in between
                if (!isTooEarly && (stream || oneShot || !runs || before is not null))
                {
                    writer.Write(pipe, now, before);
                    await pipe.FlushAsync(stop);
                    isLast = !stream;
                }
                before = now;
                if (!isLast && !await NextAsync())
                {
                    return;
                }
            }

            async Task<bool> NextAsync()
            {
                if (!await ticks.Changes.WaitToReadAsync(stop))
                {
                    return false;
                }
                while (ticks.Changes.TryRead(out _))
                {
                }
                return Find() is not null;
            }
        }

        StatsLook Look(bool atTick) => new(time.GetUtcNow(), counters.ReadCounters(container.Id, atTick), (long)(time.GetTimestamp() * (1e9 / time.TimestampFrequency) * machine.Cores));

        bool Runs() => Find()?.State.Status is ContainerStatus.Running or ContainerStatus.Paused;

        Container? Find()
        {
            try
            {
                return all.Get(container.Id.Value);
            }
            catch (EngineException)
            {
                return null;   // removed meanwhile
            }
        }
    }
}
