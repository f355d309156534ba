using Brig.Engine.Containers;
using Brig.Engine.Ids;
using Brig.Linux.Proc;

namespace Brig.Engine.PostMortems;

/// <summary>What a killed process was called inside: known for as long as its parent has not reaped it.</summary>
internal static class InnerPids
{
    /// <summary>Null: it is gone, or its number is another's by now.</summary>
    public static int? TryFind(int pid, Container container)
    {
        try
        {
            var status = ProcessStatus.Parse(File.ReadAllText($"/proc/{pid}/status"));
            return status is { State: "Z", InnerPids.Length: > 1 } && IsIts(status.Uids[0], pid, container) ? status.InnerPids[^1] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsIts(uint user, int pid, Container container) => container.Ids is { } ids
        ? user >= ids.First && user - ids.First < UserIds.Size
        : File.ReadAllText($"/proc/{pid}/cgroup").Contains(container.Id.Value, StringComparison.Ordinal);
}
