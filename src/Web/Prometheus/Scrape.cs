using System.Buffers;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;
using Brig.Web.Api;

namespace Brig.Web.Prometheus;

/// <summary>One scrape: everything is read, then written, family by family.</summary>
internal sealed class Scrape(IContainers containers, ICounters counters, EngineFamilies engine, EngineOptions options, TimeProvider time)
{
    /// <summary>As many labels of containers as one scrape may ask for.</summary>
    public const int MostLabels = 16;

    /// <summary>What is told when nobody asks for others: where a container of a stack belongs.</summary>
    private static readonly string[] Usual = ["com.docker.compose.project", "com.docker.compose.service"];

    private readonly EnginePaths _paths = new(options);

    /// <param name="labels">Keys of containers' labels; empty: the usual. Two that would have the same name here are one, the first.</param>
    /// <exception cref="EngineException">Invalid: too many.</exception>
    public void Write(IBufferWriter<byte> to, bool openMetrics, IReadOnlyCollection<string> labels)
    {
        if (labels.Count > MostLabels)
        {
            throw EngineException.Invalid($"At most {MostLabels} labels of containers can be asked for; these are {labels.Count}.");
        }
        var text = new Exposition(to, openMetrics);
        var all = All([.. (labels.Count > 0 ? labels : Usual).DistinctBy(Labels.NameOf)]);
        foreach (var family in ContainerFamilies.All)
        {
            text.Family(family.Name, family.Type, family.Help);
            foreach (var one in all)
            {
                if (one.Counters is { } its)
                {
                    family.Write(text, one, its);
                }
            }
        }
        WriteSeen(text, all);
        StateFamilies.Write(text, all);
        MachineFamilies.Write(text, counters.ReadMachine());
        ProcessFamilies.Write(text);
        engine.Write(text);
        text.Family("brig_build_info", FamilyType.Gauge, "1, with what this Brig is.");
        text.Sample(1, Labels.Of(("version", SystemRoutes.Version), ("runtime", Environment.Version.ToString())));
        text.End();
    }

    private List<Scraped> All(IReadOnlyList<string> labels)
    {
        var its = counters.ReadCounters().ToDictionary(each => each.Id);
        var list = containers.List();
        var pods = list.Where(each => each.Spec.Sandbox is not null).ToDictionary(each => each.Id.Value, each => each.Name);
        return [.. list.Select(each => new Scraped(each, LabelsOf(each, pods, labels), its.GetValueOrDefault(each.Id)))];
    }

    /// <summary>A pod's own cgroup holds those of its containers. As cAdvisor does, it is told without name and image, so that sums over either count nothing twice.</summary>
    private byte[] LabelsOf(Container container, Dictionary<string, string> pods, IReadOnlyList<string> labels)
    {
        bool isPod = container.Spec.Sandbox is not null;
        return Labels.Of(
        [
            ("id", "/" + _paths.Cgroup(container)),
            ("name", isPod ? null : container.Name),
            ("image", isPod ? null : container.Spec.Image),
            ("pod", isPod ? container.Name : container.Spec.Pod is { } pod ? pods.GetValueOrDefault(pod) : null),
            .. labels.Select(label => (Labels.NameOf(label), container.Spec.Labels.GetValueOrDefault(label))),
        ]);
    }

    private void WriteSeen(Exposition text, List<Scraped> all)
    {
        double now = ContainerFamilies.Unix(time.GetUtcNow());
        text.Family("container_last_seen", FamilyType.Gauge, "When it was last read, unix time.");
        foreach (var one in all.Where(one => one.Counters is not null))
        {
            text.Sample(now, one.Labels);
        }
    }
}
