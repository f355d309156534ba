using System.Diagnostics;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Kernel.Tests.Images;

/// <summary>Registries that keep the connection and say nothing, and uploads that break: by a hurried clock.</summary>
[Trait("Needs", "peers")]
public class SilentRegistryTests : IAsyncLifetime
{
    private EngineScene _engine = null!;
    private IRegistries Registries => _engine.Get<IRegistries>();

    public async Task InitializeAsync()
    {
        _engine = Hurried();
        await _engine.BeginAsync();
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Theory, InlineData("manifest"), InlineData("layer"), InlineData("in mid-layer"), InlineData("token")]
    public async Task Pull_RegistryHangs_IsGivenUpAfterFiveSilences(string where)
    {
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(300_000));
        var never = new TaskCompletionSource();
        int tries = 0;
        registry.Fault = asked => where switch
        {
            "manifest" when asked.Path.Contains("/manifests/") => Hung(),
            "layer" when asked.Path.EndsWith(registry.LayerPath) => Hung(),
            "in mid-layer" when asked.Path.EndsWith(registry.LayerPath) => Interlocked.Increment(ref tries) > 0 && asked.Headers.ContainsKey("range")
                ? registry.Right(asked) with { CutAfter = 0, Hold = never.Task }
                : registry.Right(asked) with { CutAfter = 100_000, Hold = never.Task },
            "token" when asked.Path.StartsWith("/token") => Hung(),
            "token" => new(401, [], $"WWW-Authenticate: Bearer realm=\"http://{registry.Host}/token\""),
            _ => null,
        };
        var clock = Stopwatch.StartNew();
        var task = await EndAsync(await Registries.PullAsync($"{registry.Host}/a:1"));

        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Contains("said nothing for 30 seconds", task.Error);
        Assert.True(tries >= 4, $"{tries} tries");
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(1.5), $"{clock.Elapsed}");
        Assert.Single(_engine.Images.List());
        if (where == "in mid-layer")
        {
            Assert.Contains("100,000 of", task.Error);
            registry.Fault = _ => null;
            Assert.Null((await EndAsync(await Registries.PullAsync($"{registry.Host}/a:1"))).Error);
        }

        Reply Hung()
        {
            Interlocked.Increment(ref tries);
            return new Reply(200, []) { Hangs = true };
        }
    }

    [Theory, InlineData("500 after half"), InlineData("dropped after half"), InlineData("hung"), InlineData("end refused"), InlineData("begin busy")]
    public async Task Push_UploadBreaks_GoesOnAndIsWhole(string how)
    {
        await using var registry = new FaultyRegistry();
        await _engine.Images.TagAsync("brig/busybox", $"{registry.Host}/a:1");
        int faults = 0;
        registry.Fault = asked =>
        {
            string wanted = how switch { "end refused" => "PUT", "begin busy" => "POST", _ => "PATCH" };
            if (asked.Method != wanted || asked.Path.Contains("/manifests/") || Interlocked.Increment(ref faults) > 2)
            {
                return null;
            }
            if (how.EndsWith("half"))
            {
                registry.Upload.Write(asked.Body.AsSpan(0, asked.Body.Length / 2));
            }
            return how switch
            {
                "500 after half" => new(500, []),
                "dropped after half" => new(0, []) { Drops = true },
                "hung" => new(0, []) { Hangs = true },
                "begin busy" => new(429, [], "Retry-After: 2"),
                _ => new(503, []),
            };
        };
        var task = await EndAsync(await Registries.PushAsync($"{registry.Host}/a:1"));

        Assert.True(task.State == EngineTaskState.Succeeded, task.Error);
        Assert.Equal(task.Result, FaultyRegistry.Digest(registry.Pushed["manifests/1"]));
        Assert.Equal(2, registry.Pushed.Keys.Count(key => key.StartsWith("blobs/")));
        Assert.True(faults > 2);
    }

    [Fact]
    public async Task Push_RegistryNeverTakesIt_OneSentenceAndNothingLeft()
    {
        await using var registry = new FaultyRegistry();
        await _engine.Images.TagAsync("brig/busybox", $"{registry.Host}/a:1");
        registry.Fault = asked => asked.Method == "PATCH" ? new(500, []) : null;
        var task = await EndAsync(await Registries.PushAsync($"{registry.Host}/a:1"));

        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Contains($"The registry {registry.Host} broke off the upload", task.Error);
        Assert.Empty(registry.Pushed);
        await _engine.TrashIsEmptyAsync();
    }

    private static EngineScene Hurried() => new() { Services = services => services.AddSingleton<TimeProvider>(new HurriedTime()) };

    private async Task<EngineTask> EndAsync(EngineTask task) => await _engine.Get<ITasks>().WaitAsync(task.Id).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(1)));
}
