using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Isolation;
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
    protected FakeLogSearch LogSearch { get; } = new();
    protected FakePods Pods { get; } = new();
    protected FakeHealth Health { get; } = new();
    protected FakePostMortems PostMortems { get; } = new();
    protected FakeSizing Sizing { get; } = new();
    protected FakeIsolation Isolation { get; } = new();
    protected FakeRecordings Recordings { get; } = new();
    protected FakeTasks Tasks { get; } = new();
    protected FakeRegistries Registries { get; } = new();
    protected FakeBuilder Builder { get; } = new();
    protected FakeVolumes Volumes { get; } = new();
    protected FakeContents Contents { get; } = new();
    protected FakeStacks Stacks { get; } = new();
    protected FakeHistory History { get; } = new();
    protected FakeAlerts Alerts { get; } = new();

    protected FakeNetworks Networks { get; }

    /// <summary>Before a page is drawn.</summary>
    protected Brig.Web.Options.BrigOptions Options { get; set; } = new();

    protected PageTest()
    {
        Networks = new(Engine);
        Services.AddSingleton<Brig.Engine.Networks.INetworks>(Networks);
        Services.AddSingleton<Brig.Engine.Networks.Probing.INetworkProbes>(Networks);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<IContainers>(Engine);
        Services.AddSingleton<IImages>(Images);
        Services.AddSingleton<IEvents>(Events);
        Services.AddSingleton<IMetrics>(Metrics);
        Services.AddSingleton<ILogs>(Logs);
        Services.AddSingleton<Brig.Engine.History.IHistory>(History);
        Services.AddSingleton<Brig.Engine.Logs.Search.ILogSearch>(LogSearch);
        Services.AddSingleton<Brig.Engine.Alerts.IAlerts>(Alerts);
        Services.AddSingleton<Brig.Engine.Pods.IPods>(Pods);
        Services.AddSingleton<Brig.Engine.Health.IHealth>(Health);
        Services.AddSingleton<Brig.Engine.PostMortems.IPostMortems>(PostMortems);
        Services.AddSingleton<Brig.Engine.Sizing.ISizing>(Sizing);
        Services.AddSingleton<IIsolation>(Isolation);
        Services.AddSingleton<IRecordings>(Recordings);
        Services.AddSingleton<Brig.Engine.Tasks.ITasks>(Tasks);
        Services.AddSingleton<Brig.Engine.Images.Registry.IRegistries>(Registries);
        Services.AddSingleton<Brig.Engine.Build.IBuilder>(Builder);
        Services.AddSingleton<Brig.Engine.Volumes.IVolumes>(Volumes);
        Services.AddSingleton<Brig.Engine.Volumes.IVolumeFiles>(Volumes);
        Services.AddSingleton<Brig.Engine.Images.Contents.IImageContents>(Contents);
        Services.AddScoped<Brig.Web.Components.Parts.Images.BuildDraft>();
        Services.AddSingleton<Brig.Engine.Stacks.IStacks>(Stacks);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<Brig.Web.Clients.DockerClients>();
        Services.AddSingleton(_ => Options);
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
