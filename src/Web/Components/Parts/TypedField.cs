using Microsoft.AspNetCore.Components;

namespace Brig.Web.Components.Parts;

/// <summary>
/// What somebody types into. It keeps the text itself and binds to that: Blazor then knows that the browser has it already. A field that draws what
/// its parent knows writes the letter before the last over the last, and who types quickly loses some.
/// </summary>
public abstract class TypedField : ComponentBase
{
    private const int MostAwaited = 100;

    /// <summary>What was typed and has not come back yet: a page that keeps it in its address gives it back late, when more was typed already.</summary>
    private readonly LinkedList<string> _awaited = new();
    private string? _given;

    [Parameter] public string? Value { get; set; }
    [Parameter] public EventCallback<string> ValueChanged { get; set; }

    /// <summary>What stands in it now.</summary>
    protected string? Now { get; private set; }

    protected override void OnParametersSet()
    {
        if (_given == Value)
            return;
        _given = Value;
        if (_awaited.FindLast(Value ?? "") is not { } back)
        {
            _awaited.Clear();
            Now = Value;
            return;
        }
        while (_awaited.First != back)
            _awaited.RemoveFirst();
        _awaited.RemoveFirst();
    }

    protected Task TypeAsync(string? text)
    {
        Now = text ?? "";
        _awaited.AddLast(Now);
        if (_awaited.Count > MostAwaited)
            _awaited.RemoveFirst();
        return ValueChanged.InvokeAsync(Now);
    }
}
