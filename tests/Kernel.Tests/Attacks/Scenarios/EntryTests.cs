using System.Security.Cryptography;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Attacks.Scenarios;

/// <summary>Against who comes in: an exec enters with the host's descriptors, and the container waits for it.</summary>
public class EntryTests : ScenarioTest
{
    [Fact]
    [Scenario("Lie in wait for an exec: trace it, take its descriptors, overwrite its program (CVE-2016-9962, CVE-2019-5736)", "not dumpable until it executes; in the user namespace before the pid namespace shows it; the shim's program cannot be written")]
    public async Task Exec_ManyWhileSomebodyLiesInWait_NothingOfTheHostsIsCaught()
    {
        byte[] shim = SHA256.HashData(await File.ReadAllBytesAsync(ShimFile.Path));
        var container = await Prisoner.StartAsync(_engine, "attack ambush /tmp/stop & attack ambush /tmp/stop & wait");
        for (int i = Prisoner.Turns(25); i > 0; i--)
        {
            Assert.Equal("here\n", (await Prisoner.ExecAsync(_engine, container, new() { Command = ["echo", "here"] })).Output);
            // Whatever comes of executing the program that executes: it is not theirs to keep.
            await TryExecAsync(container, new() { Command = ["/proc/self/exe", "x"] });
        }
        await Prisoner.ExecAsync(_engine, container, new() { Command = ["touch", "/tmp/stop"] });
        string[] said = await Prisoner.EndAsync(_engine, container);

        Assert.Equal(2, said.Length);
        Assert.All(said, line => Assert.Equal(Result.Stopped, Outcome.Parse(line).Result));
        Assert.Equal(shim, SHA256.HashData(await File.ReadAllBytesAsync(ShimFile.Path)));
    }

    [Fact]
    [Scenario("Be entered through a descriptor of the host's: an exec's working directory is /proc/self/fd/N (CVE-2024-21626)", "openat2 below the root, no magic links")]
    public async Task Exec_WorkingDirectoryIsADescriptor_NeverOutside()
    {
        var container = await Prisoner.StartAsync(_engine, "ln -s /proc/self/fd/9 /nine; ln -s /proc/1/root/.. /up; touch /ready; sleep 1000");
        await Wait.Until(async () => (await Prisoner.ExecAsync(_engine, container, new() { Command = ["ls", "/ready"] })).Code == 0, "it is ready");
        string[] folders = [.. Enumerable.Range(3, Prisoner.Turns(22)).Select(fd => $"/proc/self/fd/{fd}"), "/nine", "/up", "/proc/self/cwd", "/proc/1/cwd/../..", "/proc/self/fd/7/../../../.."];
        foreach (string folder in folders)
        {
            string? said = await TryExecAsync(container, new() { Command = ["attack", "outside"], WorkingDir = folder });
            Assert.True(said is null || Outcome.Parse(said).Result == Result.Stopped, $"{folder}: {said}");
        }
    }

    [Fact]
    [Scenario("Be started through one: an image whose working directory is /proc/self/fd/N", "openat2 below the root, no magic links")]
    public async Task Start_WorkingDirectoryIsADescriptor_NeverOutside()
    {
        foreach (int fd in Enumerable.Range(3, Prisoner.Turns(22)))
        {
            try
            {
                var container = await Prisoner.StartAsync(_engine, ["attack", "outside"], spec => spec with { WorkingDir = $"/proc/self/fd/{fd}" });
                Assert.All(await Prisoner.EndAsync(_engine, container), line => Assert.Equal(Result.Stopped, Outcome.Parse(line).Result));
            }
            catch (EngineException refused)
            {
                Assert.Contains($"/proc/self/fd/{fd}", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    [Scenario("Find the host's descriptors in an exec", "everything closed before execve")]
    public async Task Exec_Descriptors_AreItsStreamsOnly()
    {
        var container = await Prisoner.StartAsync(_engine, "sleep 1000");
        foreach (bool tty in (bool[])[false, true])
        {
            Assert.Contains("stopped", (await Prisoner.ExecAsync(_engine, container, new() { Command = ["attack", "leaked-descriptors"], Tty = tty })).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Scenario("Type into the terminal of whoever comes in (TIOCSTI, TIOCLINUX)", "a terminal of its own for each exec; seccomp")]
    public async Task Exec_TypesIntoItsTerminal_IsRefused()
    {
        var container = await Prisoner.StartAsync(_engine, "sleep 1000");
        Assert.Contains("type-into-terminal stopped", (await Prisoner.ExecAsync(_engine, container, new() { Command = ["attack", "type-into-terminal"], Tty = true })).Output, StringComparison.Ordinal);
    }

    private async Task<string?> TryExecAsync(Container container, ExecSpec spec)
    {
        try
        {
            return (await Prisoner.ExecAsync(_engine, container, spec)).Output.TrimEnd();
        }
        catch (EngineException)
        {
            return null;
        }
    }
}
