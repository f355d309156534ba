using Brig.Engine.Containers;
using Brig.Engine.Health;

namespace Brig.Web.Components.Parts;

/// <summary>How a state is shown: always a word, an icon and a colour together.</summary>
/// <param name="Key">running, unhealthy, paused, restarting, exited, failed, oom, created, removing: icon, style class and the text <c>state.*</c>.</param>
/// <param name="Word">For example <c>exited (1)</c>; of one that runs and has a check, what that says.</param>
/// <param name="Icon">Null: the key's.</param>
public readonly record struct StateLook(string Key, string Word, string? Icon = null)
{
    /// <summary>In the order in which people look for them: what needs an eye first.</summary>
    public static readonly string[] Keys = ["oom", "failed", "unhealthy", "restarting", "running", "paused", "removing", "created", "exited"];

    public static StateLook Of(ContainerState state) => state.Status switch
    {
        ContainerStatus.Running => state.Health?.Status switch
        {
            HealthStatus.Unhealthy => Plain("unhealthy"),
            HealthStatus.Healthy => new("running", Resources.Text.T("state.healthy"), "healthy"),
            HealthStatus.Starting => new("running", Resources.Text.T("state.starting"), "starting"),
            _ => Plain("running"),
        },
        ContainerStatus.Paused => Plain("paused"),
        ContainerStatus.Restarting => Plain("restarting"),
        ContainerStatus.Removing => Plain("removing"),
        ContainerStatus.Created => state.Error is null ? Plain("created") : new("failed", Resources.Text.T("state.notStarted")),
        _ => OfExit(state),
    };

    private static StateLook OfExit(ContainerState state) => state.Exit switch
    {
        null => state.Error is null ? Plain("exited") : new("failed", Resources.Text.T("state.notStarted")),
        { OomKilled: true } => Plain("oom"),
        { Code: 0 } => new("exited", Resources.Text.T("state.exitedWith", 0)),
        var exit => new("failed", Resources.Text.T("state.exitedWith", exit.Code)),
    };

    private static StateLook Plain(string key) => new(key, Resources.Text.T("state." + key));

    /// <summary>Where it stands in <see cref="Keys"/>.</summary>
    public int Rank => Array.IndexOf(Keys, Key);
}
