using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Web.Prometheus;

/// <summary>One container in one scrape.</summary>
/// <param name="Labels">Of all its samples.</param>
/// <param name="Counters">Null: it does not run.</param>
internal sealed record Scraped(Container Container, byte[] Labels, ContainerCounters? Counters);
