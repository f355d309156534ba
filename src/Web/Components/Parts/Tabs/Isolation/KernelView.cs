using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Microsoft.AspNetCore.Components;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>A view of what the kernel says of one container: read when the container changes, and when somebody asks again.</summary>
public abstract class KernelView : LiveComponent
{
    private (long Version, object? What) _read = (-1, null);

    [Inject] public required IIsolation Isolation { get; init; }
    [Parameter, EditorRequired] public required Container Container { get; set; }

    /// <summary>Why there is nothing to show, as a sentence.</summary>
    protected string? Trouble { get; private set; }

    protected DateTimeOffset? ReadAt { get; private set; }

    /// <summary>Beside the container: what else is asked for. A change of it is read at once.</summary>
    protected virtual object? What => null;

    protected abstract Task ReadAsync();

    protected override Task OnParametersSetAsync()
    {
        if (_read == (Container.Version, What))
            return Task.CompletedTask;
        _read = (Container.Version, What);
        return AgainAsync();
    }

    protected async Task AgainAsync()
    {
        try
        {
            await ReadAsync();
            (Trouble, ReadAt) = (null, Time.GetUtcNow());
        }
        catch (EngineException e)
        {
            Trouble = e.Message;
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
        }
    }
}
