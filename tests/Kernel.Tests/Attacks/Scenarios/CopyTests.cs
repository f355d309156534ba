using Brig.Engine;
using Brig.Engine.Containers.Files;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Attacks.Scenarios;

/// <summary>Against who copies out of a container.</summary>
public class CopyTests : ScenarioTest
{
    [Fact]
    [Scenario("Hold up who copies out: pipes nobody writes to, devices, a file that grows", "regular files only are opened, and read as long as they were")]
    public async Task Read_FolderWithPipesAndDevices_Ends()
    {
        var container = await Prisoner.StartAsync(_engine, "mkdir /trap; attack pipe /trap/pipe; ln -s /dev/zero /trap/zero; echo x > /trap/file; ln -s . /trap/loop; ln -s /proc/1/fd /trap/fd; touch /trap/ready; yes | head -c 30000000 >> /trap/growing; sleep 1000");
        await Wait.Until(async () => (await Prisoner.ExecAsync(_engine, container, new() { Command = ["ls", "/trap/ready"] })).Code == 0, "it is ready");
        using var tar = new MemoryStream();
        try
        {
            await _engine.Get<IContainerFiles>().ReadAsync(container.Name, "/trap", tar).WaitAsync(Wait.Limit);
        }
        catch (EngineException grew)
        {
            Assert.Contains("growing", grew.Message, StringComparison.Ordinal);
        }

        Assert.True(tar.Length > 0);
    }

    [Theory]
    [InlineData("/proc")]
    [InlineData("/sys")]
    public async Task Read_RootOfWhoWentIntoTheKernelsFiles_IsRefused(string folder)
    {
        var container = await Prisoner.StartAsync(_engine, $"exec attack sleep-in {folder}");
        await Wait.Until(() => new DirectoryInfo($"/proc/{container.State.Pid}/root").ResolveLinkTarget(false)?.FullName.EndsWith(folder, StringComparison.Ordinal) == true, "it is there");
        using var tar = new MemoryStream();

        var refused = await Assert.ThrowsAsync<EngineException>(() => _engine.Get<IContainerFiles>().ReadAsync(container.Name, "/", tar).WaitAsync(Wait.Limit));

        Assert.Contains("the kernel's own answer", refused.Message, StringComparison.Ordinal);
    }
}
