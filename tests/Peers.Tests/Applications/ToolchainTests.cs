using System.Formats.Tar;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Build;
using Brig.Tests;

namespace Brig.Peers.Tests.Applications;

/// <summary>
/// The repository's own Dockerfile.dev, built by Brig as it stands, from the repository's own files, but for one line: apt-get reads Debian's lists and works out what it would install, and then leaves it, for
/// it is two gigabytes. What its other base is taken for, the SDK, is the one program of it that scripts/setup asks for.
/// </summary>
[Collection(ExampleCollection.Name)]
public class ToolchainTests(ExampleImages examples)
{
    private const string Sdk = "mcr.microsoft.com/dotnet/sdk:10.0";

    [Fact]
    public async Task DockerfileDev_BuiltFromTheRepository_SetupRunsAndDebianHasEveryPackage()
    {
        await using (var sdk = new MemoryStream())
        {
            await using (var tar = new TarWriter(sdk, leaveOpen: true))
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "usr/share/dotnet/dotnet") { Mode = (UnixFileMode)0x1ED, DataStream = new MemoryStream("#!/bin/sh\necho 10.0.100\n"u8.ToArray()) });
            }
            sdk.Position = 0;
            await examples.Engine.Images.ImportAsync(Sdk, sdk, new());
        }
        string repository = AppContext.BaseDirectory + "/repository";
        string dockerfile = await File.ReadAllTextAsync(repository + "/Dockerfile.dev");
        string first = $"FROM {ExampleImages.Base}\n";
        Assert.Contains(first, dockerfile);
        using var context = new MemoryStream();
        await TarFile.CreateFromDirectoryAsync(repository, context, includeBaseDirectory: false);
        context.Position = 0;

        var build = BuildScene.Of(examples.Engine);    // the engine is everybody's: not disposed here
        var task = await build.Builder.StartAsync(new()
        {
            Tags = ["brig-dev"], HostNetwork = true,
            Dockerfile = dockerfile.Replace(first, first + "RUN echo 'APT::Get::Simulate \"true\";' > /etc/apt/apt.conf.d/simulate\n", StringComparison.Ordinal),
        }, context);
        task = await build.Tasks.WaitAsync(task.Id).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(5)));
        Assert.True(task.State == EngineTaskState.Succeeded, $"{task.Error}\n{string.Join('\n', (await build.OutputAsync(task)).TakeLast(40))}");

        var image = examples.Engine.Images.Get("brig-dev");
        string[] said = await build.PrintsAsync(image, "pwd; dotnet --version; ls /toolchain /toolchain/scripts; cut -d' ' -f1,2 /toolchain/artifacts/logs/apt.log | grep '^Inst '");
        Assert.Equal(["/src", "10.0.100", "/toolchain:", "artifacts", "global.json", "scripts", "", "/toolchain/scripts:", "lib.sh", "setup"], said[..10]);
        Assert.Superset(new HashSet<string>(["Inst gcc", "Inst nodejs", "Inst chromium", "Inst qemu-system-x86", "Inst docker.io", "Inst podman", "Inst mmdebstrap", "Inst wrk"]), said[10..].ToHashSet());
        Assert.Equal(["/tmp", "/var/lib/brig", "/var/tmp"], image.Config.Volumes.Order());
    }
}
