using System.Collections.Immutable;
using Brig.Engine.Alerts.Watching;

namespace Brig.Engine.Alerts;

/// <summary>Until then nobody is sent a message; incidents are listed all the same.</summary>
/// <param name="Rule">The id of a rule; null: every rule.</param>
/// <param name="Container">A name as in a scope (<c>*</c> allowed); null: every container, and the machine.</param>
/// <param name="Reason">For people.</param>
public sealed record AlertSilence(string Id, string? Rule, string? Container, DateTimeOffset Until, string Reason)
{
    /// <summary>It keeps this rule quiet about this container.</summary>
    /// <param name="rule">Its id.</param>
    /// <param name="source">The container's id, or <c>machine</c>.</param>
    public bool Covers(string rule, string source, string name) =>
        (Rule is null || Rule == rule) && (Container is null || new AlertSource(source, name, "", ImmutableDictionary<string, string>.Empty).IsCalled(Container));
}

/// <summary>As asked for.</summary>
/// <param name="For">How long from now on; at most a year.</param>
public sealed record SilenceSpec(TimeSpan For, string? Rule = null, string? Container = null, string Reason = "");
