using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Contents;
using Microsoft.AspNetCore.Components;

namespace Brig.Web.Components.Parts.Images;

/// <summary>
/// A view of what is in an image. It is read when something else is asked for, never twice for the same, and only in a live page: the first
/// look into a large image takes a moment, which the page should not wait for.
/// </summary>
public abstract class ImageView : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource? _reading;
    private (string Digest, object? What)? _asked;

    [Inject] public required IImageContents Contents { get; init; }
    [Parameter, EditorRequired] public required Image Image { get; set; }

    /// <summary>Why there is nothing to show, as a sentence.</summary>
    protected string? Trouble { get; private set; }

    /// <summary>What is shown is not yet what is asked for.</summary>
    protected bool IsReading { get; private set; } = true;

    /// <summary>Beside the image: what else is asked for.</summary>
    protected virtual object? What => null;

    protected abstract Task ReadAsync(CancellationToken stop);

    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || _asked == (Image.Digest, What))
            return;
        _asked = (Image.Digest, What);
        _reading?.Cancel();
        var mine = _reading = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        (IsReading, Trouble) = (true, null);
        try
        {
            await ReadAsync(mine.Token);
        }
        catch (EngineException e)
        {
            Trouble = mine == _reading ? e.Message : Trouble;
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            return;
        }
        if (mine == _reading)
            IsReading = false;
    }

    public void Dispose()
    {
        _gone.Cancel();
        _reading?.Dispose();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }
}
