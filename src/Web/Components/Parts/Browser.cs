using Microsoft.JSInterop;

namespace Brig.Web.Components.Parts;

/// <summary>The few things only the browser can do, from js/ui.js.</summary>
public sealed class Browser(IJSRuntime js)
{
    public ValueTask DownloadAsync(string name, string type, string text) => js.InvokeVoidAsync("brigUi.download", name, type, text);

    public ValueTask FocusAsync(string selector) => js.InvokeVoidAsync("brigUi.focus", selector);
}
