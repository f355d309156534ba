using Brig.Engine.Containers;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>Tells of stacks that change: by what is done to them, and by what their containers do.</summary>
internal sealed partial class StackFeed(StackView view, IContainers containers, ILogger<StackFeed> log) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Feed<StackChange>? _feed;

    public Live<Stack, StackChange> Follow()
    {
        lock (_gate)
        {
            return (_feed ??= new(_gate)).Follow(view.List());
        }
    }

    /// <summary>Somebody changed it.</summary>
    public void Changed(string idOrName)
    {
        var now = view.TryGet(idOrName);
        lock (_gate)
        {
            _feed?.Publish(new(now?.Id ?? idOrName, now));
        }
    }

    public void Open() => _ = Task.Run(RunAsync);

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var live = containers.Follow();
                var projects = live.Snapshot.Where(container => StackView.ProjectOf(container) is not null).ToDictionary(container => container.Id, container => StackView.ProjectOf(container)!);
                await foreach (var change in live.Changes.ReadAllAsync(_stop.Token))
                {
                    string? project = change.Container is { } container ? StackView.ProjectOf(container) : projects.GetValueOrDefault(change.Id);
                    if (project is null)
                    {
                        continue;
                    }
                    if (change.Container is null)
                    {
                        projects.Remove(change.Id);
                    }
                    else
                    {
                        projects[change.Id] = project;
                    }
                    Changed(project);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e);      // one change that cannot be told must not end all
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A stack's change could not be told")]
    private partial void Failed(Exception e);
}
