using Brig.Engine.Events;
using Brig.Engine.Metrics;
using Brig.Engine.Tasks;
using Brig.Web.Hubs;
using static Brig.Web.Prometheus.FamilyType;

namespace Brig.Web.Prometheus;

/// <summary>What the engine does, and who watches it.</summary>
internal sealed class EngineFamilies(ICounters counters, HubActivity hub, ITasks tasks, IEvents events)
{
    public void Write(Exposition to)
    {
        var work = counters.Work;
        to.Family("brig_sampler_tick_seconds", Summary, "What reading all containers and the machine took, each second.");
        to.Sample(work.Seconds, suffix: "_sum"u8);
        to.Sample(work.Ticks, suffix: "_count"u8);

        One("brig_hub_connections", Gauge, "Pages and programs connected to the live hub.", hub.Connections);
        to.Family("brig_hub_streams", Gauge, "Streams open on the live hub, by what they show.");
        foreach (var (kind, count) in hub.Streams.OrderBy(stream => stream.Key, StringComparer.Ordinal))
        {
            to.Sample(count, Labels.Of(("kind", kind)));
        }
        One("brig_hub_frames_sent_total", Counter, "Frames of metrics sent to viewers.", hub.FramesSent);
        One("brig_hub_frames_dropped_total", Counter, "Frames that viewers were too slow for, and lost.", hub.FramesDropped + work.FramesDropped);
        One("brig_hub_log_lines_sent_total", Counter, "Lines of logs sent to viewers.", hub.LinesSent);
        One("brig_hub_log_lines_skipped_total", Counter, "Lines that came too fast for a viewer and were told as a number.", hub.LinesSkipped);

        to.Family("brig_tasks", Gauge, "Tasks that are remembered, by state.");
        var states = tasks.List().CountBy(task => task.State).ToDictionary();
        foreach (var state in Enum.GetValues<EngineTaskState>())
        {
            to.Sample(states.GetValueOrDefault(state), Labels.Of(("state", state.ToString().ToLowerInvariant())));
        }
        using var newest = events.Follow(tail: 1);
        One("brig_event_sequence", Gauge, "Number of the newest event; it leaps at the engine's start.", newest.Snapshot.IsEmpty ? 0 : newest.Snapshot[^1].Sequence);

        void One(string name, FamilyType type, string help, double value)
        {
            to.Family(name, type, help);
            to.Sample(value);
        }
    }
}
