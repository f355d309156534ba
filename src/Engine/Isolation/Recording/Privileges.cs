using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Isolation.Seccomp;

namespace Brig.Engine.Isolation;

/// <summary>Proposals that were applied: they wait in the container's folder for its next start, and become its spec there.</summary>
internal sealed class Privileges(RecordingFiles files, ContainerTable table, ContainerRows rows, SeccompFilters filters, EventLog events, TimeProvider time)
{
    public PendingPrivilege? Find(ContainerId id) => files.Read<PendingPrivilege>(id, RecordingFiles.Pending);

    /// <exception cref="EngineException">Conflict: it is privileged. Invalid: the profile is refused, as on a kernel that is another than it was recorded on.</exception>
    public PendingPrivilege Apply(ContainerEntry entry, LeastPrivilege proposal)
    {
        var container = entry.Now;
        LifeCycle.Next(container.State.Status, Verb.Update, container.Name);
        if (container.Spec.Privileged)
        {
            throw EngineException.Conflict($"Container {container.Name} is privileged, which is every capability and no filter; make it again without, then its profile can be applied.");
        }
        var pending = new PendingPrivilege(time.GetUtcNow(), proposal.SeccompProfile, proposal.CapDrop, proposal.CapAdd);
        filters.Check(With(container.Spec, pending));
        files.Write(container.Id, RecordingFiles.Pending, pending);
        events.Add(container, "privilege-pending", ("calls", Number(proposal.CallsSeen.Length + proposal.CallsOfLaunch.Length)), ("capabilities", Words(pending.CapAdd)));
        return pending;
    }

    public void Discard(Container container)
    {
        if (Find(container.Id) is null)
        {
            throw EngineException.NotModified($"No proposal waits for the next start of container {container.Name}.");
        }
        files.Delete(container.Id, RecordingFiles.Pending);
        events.Add(container, "privilege-discard");
    }

    /// <summary>Under the container's lock: first the row, then the file goes; a crash between the two applies it again, to the same end.</summary>
    public async Task TakeEffectAsync(ContainerEntry entry)
    {
        if (Find(entry.Id) is not { } pending)
        {
            return;
        }
        var before = entry.Now.Spec;
        var spec = With(before, pending);
        await rows.SpecAsync(entry.Now with { Spec = spec });
        var now = table.Replace(entry, container => container with { Spec = spec });
        files.Delete(entry.Id, RecordingFiles.Pending);
        events.Add(now, "privilege-apply",
            ("capDrop", Words(spec.CapDrop)), ("capAdd", Words(spec.CapAdd)), ("capDropBefore", Words(before.CapDrop)), ("capAddBefore", Words(before.CapAdd)), ("seccompBefore", before.Seccomp.Mode.ToString()));
    }

    private static ContainerSpec With(ContainerSpec spec, PendingPrivilege pending) => spec with
    {
        Seccomp = spec.Seccomp with { Mode = SeccompChoice.Custom, Profile = pending.SeccompProfile }, CapDrop = pending.CapDrop, CapAdd = pending.CapAdd,
    };

    private static string Words(ImmutableArray<string> names) => string.Join(' ', names);

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
