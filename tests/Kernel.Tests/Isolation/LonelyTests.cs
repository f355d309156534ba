using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Isolation;

/// <summary>A container without a shell, whose program is called by what it should not be.</summary>
public class LonelyTests : IAsyncLifetime
{
    private EngineScene _engine = null!;
    private Container _container = null!;

    public async Task InitializeAsync()
    {
        _engine = await EngineScene.StartAsync();
        await LonelyProgram.ImportAsync(_engine.Images);
        _container = await _engine.Containers.CreateAsync(new() { Image = LonelyProgram.Reference });
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task View_ImageWithoutPrograms_IsReadAllTheSame()
    {
        await RunAsync();
        var view = await _engine.Get<IIsolation>().ViewAsync(_container.Id.Value);
        Assert.All(view.Sections, section => Assert.True(section is { Missing: null, Inside.Length: > 0, Outside.Length: > 0 }, section.ToString()));
        Assert.Equal("    PID    PPID        UID S COMMAND\n      1       0          0 S /lonely\n", view.Sections[0].Inside);
    }

    [Fact]
    public async Task Processes_NameThatLooksLikeALine_IsAName()
    {
        await RunAsync();
        var process = Assert.Single(await _engine.Get<IIsolation>().ProcessesAsync(_container.Id.Value));
        Assert.Equal("x\\nUid:\t0\t0\\\\", process.Name);
        Assert.Equal(0u, process.InnerUser);
        Assert.NotEqual(0u, process.User);
        var report = await _engine.Get<IIsolation>().ReportAsync(_container.Id.Value);
        Assert.Null(report.InsideMissing);
    }

    [Fact]
    public async Task Record_32BitCall_IsSeenAsSuchAndStaysAllowed()
    {
        var recordings = _engine.Get<IRecordings>();
        await recordings.StartAsync(_container.Id.Value, fromNextStart: true);
        await RunAsync();
        var seen = await recordings.StopAsync(_container.Id.Value);
        Assert.Contains(seen.Calls, call => call is { Name: "getpid", Number: 20, Architecture: "i386", Count: 1 });
        Assert.Contains("SCMP_ARCH_X86\"", (await recordings.ProposeAsync(_container.Id.Value)).SeccompProfile, StringComparison.Ordinal);
        await recordings.ApplyAsync(_container.Id.Value);
        await _engine.Containers.StopAsync(_container.Id.Value, TimeSpan.Zero);
        await RunAsync();
        Assert.Equal(2, (await _engine.OutputAsync(_container)).Count(line => line == "ready"));
        Assert.Empty(_engine.Containers.Get(_container.Id.Value).Spec.CapAdd);
    }

    private async Task RunAsync()
    {
        int before = (await _engine.OutputAsync(_container)).Length;
        await _engine.Containers.StartAsync(_container.Id.Value);
        await Wait.Until(async () => (await _engine.OutputAsync(_container)).Length > before, "it wrote");
    }
}
