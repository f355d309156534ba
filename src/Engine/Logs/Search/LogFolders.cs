using Brig.Engine.Containers;

namespace Brig.Engine.Logs.Search;

/// <summary>Where a container's log lies: in its folder, and when it is removed among those that are kept.</summary>
internal sealed class LogFolders(EnginePaths paths)
{
    public string Of(ContainerId id) => paths.KeptLog(id) is var kept && Directory.Exists(kept) ? kept : paths.Container(id) + "/log";
}
