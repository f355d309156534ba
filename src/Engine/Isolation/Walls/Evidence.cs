using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Linux.Cgroups;
using Brig.Linux.Proc;
using Brig.Linux.Wire;

namespace Brig.Engine.Isolation;

/// <summary>Everything the walls of one container are judged by, gathered once.</summary>
/// <param name="Pid">Of PID 1; 0: it does not run, and what is asked is told.</param>
/// <param name="Status">PID 1 as the host reads it; null: it does not run.</param>
/// <param name="Inside">Null: it does not run, or could not be looked into.</param>
/// <param name="FirstInside">PID 1's number inside, for paths of <paramref name="Inside"/>.</param>
/// <param name="Plan">Of the last start; null: there was none.</param>
/// <param name="Others">The other containers that run.</param>
internal sealed record Evidence(
    Container Container, int Pid, ProcessStatus? Status, InsideAnswer? Inside, int FirstInside, ImmutableArray<MountRow> Mounts, Cgroup Cgroup, LaunchPlan? Plan,
    ImmutableArray<BirthStep> Birth, ImmutableArray<Container> Others)
{
    public ContainerSpec Spec => Container.Spec;
    public bool Running => Status is not null;

    /// <summary>A file of PID 1's folder in /proc, as the container reads it.</summary>
    public string? OwnInside(string name) => Inside?.Text($"/proc/{FirstInside}/{name}");

    public ProcessStatus? StatusInside => OwnInside("status") is { } text ? ProcessStatus.Parse(text) : null;

    /// <summary>Indices of the steps of the start for which this holds; none where it does not run.</summary>
    public ImmutableArray<int> Steps(Func<BirthStep, bool> built) => Running ? [.. Birth.Select((step, i) => (step, i)).Where(pair => built(pair.step)).Select(pair => pair.i)] : [];

    /// <summary>Of a cgroup file by its v2 or v1 name: the first that this machine has.</summary>
    public (string Name, string Value)? CgroupFile(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            foreach (string directory in Cgroup.Directories)
            {
                if (ProcFile.ReadAt($"{directory}/{name}") is { } text)
                {
                    return (name, text);
                }
            }
        }
        return null;
    }
}
