using Brig.Engine;
using Brig.Kernel.Tests.Engine;

namespace Brig.Kernel.Tests.Seccomp;

/// <summary>BRIG_SECCOMP_PROFILE: another profile for every container that asks for none.</summary>
[Trait("Guest", "too")]
public sealed class DefaultProfileTests
{
    [Fact]
    public async Task Option_NamesAProfile_ContainersHaveIt()
    {
        await using var scene = new EngineScene();
        await File.WriteAllTextAsync(scene.Folder + "/profile", """{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": [ "sethostname" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 33 } ] }""");
        scene.Options = scene.Options with { SeccompProfile = scene.Folder + "/profile" };
        await scene.BeginAsync();

        var container = await scene.RunAsync("hostname x");
        await scene.Containers.WaitAsync(container.Id.Value).WaitAsync(Brig.Tests.Wait.Limit);

        Assert.Contains("Numerical argument", Assert.Single(await scene.OutputAsync(container)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData(null, "cannot be read")]
    public async Task Option_NamesNone_EngineDoesNotStart(string? profile, string told)
    {
        await using var scene = new EngineScene();
        if (profile is not null)
        {
            await File.WriteAllTextAsync(scene.Folder + "/profile", profile);
        }

        var good = scene.Options;
        scene.Options = good with { SeccompProfile = scene.Folder + "/profile" };

        var failure = await Assert.ThrowsAsync<EngineException>(scene.BeginAsync);

        await scene.EndAsync();
        scene.Options = good;   // to tidy up by
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }
}
