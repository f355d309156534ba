using System.IO.Compression;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>The label of a profile that is loaded. Where the kernel runs without AppArmor there is nothing to try (<c>AppArmor_KernelWithout_ExplicitProfileIsRefused</c>); the guest's runs with it.</summary>
[Trait("Guest", "too")]
public sealed class AppArmorTests : IAsyncLifetime
{
    private const string Policies = "/sys/kernel/security/apparmor";

    /// <summary>
    /// What <c>apparmor_parser -QKo</c> makes of <c>profile brig-test flags=(attach_disconnected) { file, capability, signal, deny /forbidden w, }</c>, packed: no guest needs the parser.
    /// </summary>
    private const string Compiled = "H4sIAAAAAAACA+1TQU7DMBCcOHbiJjRwrMQbkDggbkiIh4AMJG2kqImSgHrj2k8g/sLHYL12ClQ5VKjqqWNN7GTHa2e8lhqveduV9RJCAZAaTVsXZZUjVgke23J+0eddDxmhqMy8QyxIhp+Hlika0y8eXFhIG/gibOlkjCfTdNdXlGEkrGkB"
        + "Y54Lg2hNGzm/X93Q1xmg1sCy7osqX1ldALuAxRkGfHy+MYfx0EtcbmLbfL97YV08ku8fCG6VG4jRfIH/TduHfjzoIqLinZALxIQ4IaYclc6eTb6Q54ekdPzd2MdBH6Q8e6ztB4J3fjgodgY4wZTdyfz5OUxwiiN2R/inTgS9K/IyIR9Tcjgj"
        + "j/flp72xh6wUwbcH/B/2Nk199cDXS3Y8/N2hvwGPzmnXIQYAAA==";

    private EngineScene _engine = null!;

    private static bool CanLoad => File.Exists(Policies + "/.replace");

    public async Task InitializeAsync()
    {
        _engine = await EngineScene.StartAsync();
        if (CanLoad)
        {
            using var policy = new MemoryStream();
            await new GZipStream(new MemoryStream(Convert.FromBase64String(Compiled)), CompressionMode.Decompress).CopyToAsync(policy);
            Load(".replace", policy.ToArray());
        }
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        if (CanLoad)
        {
            Load(".remove", "brig-test"u8.ToArray());
        }
    }

    [Fact]
    public async Task Label_OfALoadedProfile_HoldsTheProgramAndEveryExec()
    {
        if (!CanLoad)
        {
            return;
        }
        const string Try = "cat /proc/self/attr/current; echo no > /allowed && echo allowed; (echo no > /forbidden) 2> /dev/null || echo forbidden";
        var container = await _engine.RunAsync(Try + "; echo over; exec sleep 1000", spec => spec with { AppArmor = "brig-test" });
        await Wait.Until(async () => (await _engine.OutputAsync(container)).Contains("over"), "it has tried");
        var (_, streams) = await _engine.Containers.ExecAttachedAsync(container.Name, new() { Command = ["sh", "-c", Try] });
        await using var held = streams;
        var said = new System.Text.StringBuilder();
        await foreach (var chunk in streams.ReadAsync())
        {
            said.Append(System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span));
        }
        var report = await _engine.Get<IIsolation>().ReportAsync(container.Id.Value);

        Assert.Equal(["brig-test (enforce)", "allowed", "forbidden", "over"], await _engine.OutputAsync(container));
        Assert.Equal("brig-test (enforce)\nallowed\nforbidden\n", said.ToString());
        Assert.Equal(WallState.Up, report.Walls.Single(wall => wall.Key == "label").State);
    }

    [Fact]
    public async Task Label_OfAProfileThatIsNotLoaded_IsRefusedInASentence()
    {
        if (!CanLoad)
        {
            return;
        }
        var refused = await Assert.ThrowsAsync<EngineException>(() => _engine.RunAsync("true", spec => spec with { AppArmor = "brig-nobody" }));

        Assert.Contains("perhaps not loaded", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>In one write(2), as the kernel wants it.</summary>
    private static void Load(string file, byte[] what)
    {
        using var policies = new FileStream($"{Policies}/{file}", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        policies.Write(what);
    }
}
