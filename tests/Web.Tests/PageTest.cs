using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;
using Brig.Web.Components.Parts;
using Brig.Web.Tests.Fakes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Radzen;

namespace Brig.Web.Tests;

/// <summary>A page over fakes of the engine, in a live circuit.</summary>
public abstract class PageTest : BunitContext
{
    protected FakeContainers Engine { get; } = new();
    protected FakeImages Images { get; } = new();
    protected FakeEvents Events { get; } = new();
    protected FakeMetrics Metrics { get; } = new();
    protected FakeLogs Logs { get; } = new();

    protected PageTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<IContainers>(Engine);
        Services.AddSingleton<IImages>(Images);
        Services.AddSingleton<IEvents>(Events);
        Services.AddSingleton<IMetrics>(Metrics);
        Services.AddSingleton<ILogs>(Logs);
        Services.AddSingleton(TimeProvider.System);
        Services.AddRadzenComponents();
        Services.AddScoped<Verbs>();
        Services.AddScoped<Browser>();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    protected DialogService Dialogs => Services.GetRequiredService<DialogService>();

    protected IReadOnlyList<NotificationMessage> Notes => Services.GetRequiredService<NotificationService>().Messages;

    /// <summary>Answers the next question as a person would.</summary>
    protected void Answer(bool yes) => Dialogs.OnOpen += (_, _, _, _) => Dialogs.Close(yes);
}
