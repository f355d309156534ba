using System.Reflection;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Web.Api;

/// <param name="Kernel">As uname -r tells it.</param>
/// <param name="CgroupVersion">2, or 1 where any controller is mounted in the old way.</param>
/// <param name="NoUsersOfTheirOwn">Why new containers have the host's users instead of their own; null: they have their own.</param>
/// <param name="HistoryStopped">Why no metrics history is kept for now; null: it is.</param>
/// <param name="Containers">How many in each state that occurs.</param>
internal sealed record SystemInfo(string Version, string Kernel, int CgroupVersion, int Cores, string Root, Dictionary<string, int> Containers, int Images, string? NoUsersOfTheirOwn, string? HistoryStopped);

internal static class SystemRoutes
{
    public static readonly string Version =
        (typeof(SystemRoutes).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];

    public static void MapSystem(this IEndpointRouteBuilder api) =>
        api.MapGet("/system", Describe).WithTags("system").As("System", "This Brig and the machine it runs on.");

    private static SystemInfo Describe(IContainers containers, IImages images, EngineOptions engine, IEngineStatus status) => new(
        Version,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        File.Exists("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1,
        Environment.ProcessorCount,
        engine.Root,
        containers.List().Where(one => one.Spec.Sandbox is null).CountBy(one => one.State.Status).ToDictionary(count => char.ToLowerInvariant(count.Key.ToString()[0]) + count.Key.ToString()[1..], count => count.Value),
        images.List().Length,
        status.NoUsersOfTheirOwn,
        status.HistoryStopped);
}
