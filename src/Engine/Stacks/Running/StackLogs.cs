using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Plans;

namespace Brig.Engine.Stacks.Running;

/// <summary>The logs of a stack's containers as one.</summary>
internal sealed class StackLogs(StackView view, IContainers containers, ILogs logs)
{
    private const int MostLines = 100_000;

    public async IAsyncEnumerable<StackLogLine> ReadAsync(string name, string? service, int? tail, bool follow, [EnumeratorCancellation] CancellationToken stop)
    {
        var all = view.Containers(name).Where(container => service is null || ServiceOf(container) == service).ToArray();
        // What is there is sorted whole; the newest of very much.
        var past = new List<StackLogLine>();
        var after = new Dictionary<ContainerId, LogPosition>();
        foreach (var container in all)
        {
            await foreach (var line in LinesAsync(container, new LogQuery { Tail = tail ?? MostLines }, after, stop))
            {
                past.Add(line);
            }
        }
        foreach (var line in past.OrderBy(line => line.Nanoseconds).TakeLast(tail ?? MostLines))
        {
            yield return line;
        }
        if (!follow)
        {
            yield break;
        }
        await foreach (var line in FollowAsync(name, service, all, after, stop))
        {
            yield return line;
        }
    }

    private async IAsyncEnumerable<StackLogLine> FollowAsync(
        string name, string? service, Container[] known, Dictionary<ContainerId, LogPosition> after, [EnumeratorCancellation] CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // Lines wait for the reader: they are on the disk, and none is lost.
        var merged = Channel.CreateBounded<StackLogLine>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        var readers = new HashSet<ContainerId>();
        void Read(Container container)
        {
            if (readers.Add(container.Id))
            {
                _ = Task.Run(() => CopyAsync(container, after.TryGetValue(container.Id, out var position) ? position : null, merged.Writer, end.Token), CancellationToken.None);
            }
        }
        foreach (var container in known)
        {
            Read(container);
        }
        var watching = Task.Run(async () =>
        {
            using var live = containers.Follow();
            foreach (var container in live.Snapshot.Where(Mine))
            {
                Read(container);
            }
            await foreach (var change in live.Changes.ReadAllAsync(end.Token))
            {
                if (change.Container is { } container && Mine(container))
                {
                    Read(container);
                }
            }
        }, CancellationToken.None);
        bool Mine(Container container) => StackView.ProjectOf(container) == name && (service is null || ServiceOf(container) == service);
        try
        {
            await foreach (var line in merged.Reader.ReadAllAsync(stop))
            {
                yield return line;
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAny(watching);
        }
    }

    private async Task CopyAsync(Container container, LogPosition? after, ChannelWriter<StackLogLine> to, CancellationToken stop)
    {
        try
        {
            await foreach (var line in LinesAsync(container, new LogQuery { Follow = true, ThroughRestarts = true, After = after }, null, stop))
            {
                await to.WriteAsync(line, stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException or IOException)
        {
            // Nobody reads, or the container was removed: the others go on.
        }
    }

    private async IAsyncEnumerable<StackLogLine> LinesAsync(Container container, LogQuery query, Dictionary<ContainerId, LogPosition>? after, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var batch in logs.ReadAsync(container.Id.Value, query, stop))
        {
            foreach (var line in batch.Lines)
            {
                after?[container.Id] = line.Position;
                yield return new(ServiceOf(container), container.Name, line.Nanoseconds, line.Stream == OutputStream.Stderr, line.Text);
            }
        }
    }

    private static string ServiceOf(Container container) => container.Spec.Labels.GetValueOrDefault(Labels.Service) ?? container.Name;
}
