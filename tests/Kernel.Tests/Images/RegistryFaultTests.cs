using Brig.Engine;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>Registries that break, hang, lie and send elsewhere: one sentence each, and nothing half left.</summary>
[Trait("Needs", "peers")]
public class RegistryFaultTests : EngineTest
{
    private IRegistries Registries => _engine.Get<IRegistries>();

    [Fact]
    public async Task Pull_LayerBreaksOffAgainAndAgain_GoesOnWhereItWas()
    {
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(900_000));
        int breaks = 0;
        registry.Fault = asked => asked.Path.EndsWith(registry.LayerPath) && breaks++ < 6 ? registry.Right(asked) with { CutAfter = 100_000 } : null;
        var task = await PullAsync(registry);

        Assert.True(task.State == EngineTaskState.Succeeded, task.Error);
        var layer = registry.Requests.Where(asked => asked.Path.EndsWith(registry.LayerPath)).ToArray();
        Assert.Equal(7, layer.Length);
        Assert.Equal("bytes=600000-", layer[^1].Headers["range"]);
    }

    [Fact]
    public async Task Pull_RegistryKnowsNoRanges_IsStillWhole()
    {
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(300_000));
        int breaks = 0;
        registry.Fault = asked => asked.Path.EndsWith(registry.LayerPath) ? new(200, registry.Layer) { CutAfter = breaks++ == 0 ? 50_000 : null } : null;
        var task = await PullAsync(registry);

        Assert.True(task.State == EngineTaskState.Succeeded, task.Error);
    }

    [Theory, InlineData(429), InlineData(500), InlineData(503)]
    public async Task Pull_AnswersTryLater_IsTriedAgainNotBeforeRetryAfter(int status)
    {
        await using var registry = new FaultyRegistry();
        var times = new List<long>();
        registry.Fault = asked =>
        {
            if (!asked.Path.Contains("/manifests/") || times.Count >= 2)
            {
                return null;
            }
            times.Add(System.Diagnostics.Stopwatch.GetTimestamp());
            return new(status, [], "Retry-After: 1");
        };
        var task = await PullAsync(registry);

        Assert.True(task.State == EngineTaskState.Succeeded, task.Error);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(times[0], times[1]) > TimeSpan.FromSeconds(0.95));
    }

    [Fact]
    public async Task Pull_DiesForGood_SaysSoAndTheNextPullGoesOn()
    {
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(300_000));
        registry.Fault = asked => asked.Path.EndsWith(registry.LayerPath) ? asked.Headers.ContainsKey("range") ? new(500, []) : registry.Right(asked) with { CutAfter = 100_000 } : null;
        var first = await PullAsync(registry);
        registry.Fault = _ => null;
        var second = await PullAsync(registry);

        Assert.Equal(EngineTaskState.Failed, first.State);
        Assert.Contains("500", first.Error);
        Assert.True(second.State == EngineTaskState.Succeeded, second.Error);
        Assert.Equal("bytes=100000-", registry.Requests.Last(asked => asked.Path.EndsWith(registry.LayerPath)).Headers["range"]);
        Assert.Empty(Directory.GetFiles(_engine.Paths.Images + "/partial"));
    }

    [Fact]
    public async Task Pull_WrongBytes_AreNeverAnImage()
    {
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(30_000));
        byte[] other = FaultyRegistry.Gzip(FaultyRegistry.LargeTar(30_000));
        Array.Resize(ref other, registry.Layer.Length);
        registry.Fault = asked => asked.Path.EndsWith(registry.LayerPath) ? new(200, other) : null;
        var task = await PullAsync(registry);

        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Single(_engine.Images.List());
        Assert.Single(Directory.GetDirectories(_engine.Paths.Layers));
    }

    [Theory]
    [InlineData("longer", "more of the blob")]
    [InlineData("bomb", "200 times")]
    [InlineData("manifest", "not what the specification says")]
    [InlineData("layers", "499")]
    [InlineData("dots", "\"..\"")]
    [InlineData("otherDigest", "damaged or changed")]
    public async Task Pull_Hostile_OneSentence(string what, string word)
    {
        byte[] bomb = what == "bomb" ? await ZerosAsync() : [];
        await using var registry = what switch
        {
            "bomb" => new FaultyRegistry(bomb),
            "layers" => new FaultyRegistry(layers: 5000),
            "dots" => new FaultyRegistry(plain: FaultyRegistry.Tar(("../../evil", "x"))),
            _ => new FaultyRegistry(),
        };
        registry.Fault = asked => what switch
        {
            "longer" when asked.Path.EndsWith(registry.LayerPath) => new(200, [.. registry.Layer, .. new byte[100]]),
            "manifest" when asked.Path.Contains("/manifests/") => new(200, """{"schemaVersion":2,"config":7,"layers":"x"}"""u8.ToArray()),
            _ => null,
        };
        string reference = what == "otherDigest" ? $"{registry.Host}/a@sha256:{new string('7', 64)}" : $"{registry.Host}/a:1";
        var task = await PullAsync(registry, reference);

        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Contains(word, task.Error);
        Assert.Single(_engine.Images.List());
        Assert.Single(Directory.GetDirectories(_engine.Paths.Layers));
        Assert.False(File.Exists(_engine.Root + "/evil"));
    }

    [Fact]
    public async Task Pull_RedirectedToAnotherHost_LoginAndTokenStayBehind()
    {
        await using var registry = new FaultyRegistry();
        await using var elsewhere = new FaultyRegistry();
        elsewhere.Fault = asked => new(200, registry.Layer);
        registry.Fault = asked =>
            !asked.Headers.TryGetValue("authorization", out string? shown) ? new(401, [], "WWW-Authenticate: Basic realm=\"r\"")
            : asked.Path.EndsWith(registry.LayerPath) ? new(307, [], $"Location: http://{elsewhere.Host}/storage{registry.LayerPath}")
            : null;
        await Registries.SetAsync(registry.Host, new() { Username = "u", Password = "p" });
        var task = await PullAsync(registry);

        Assert.True(task.State == EngineTaskState.Succeeded, task.Error);
        Assert.Contains(registry.Requests, asked => asked.Headers.ContainsKey("authorization"));
        Assert.DoesNotContain(elsewhere.Requests, asked => asked.Headers.ContainsKey("authorization"));
        Assert.NotEmpty(elsewhere.Requests);
    }

    [Fact]
    public async Task Pull_WithATokenServer_TheTokenIsFetchedOnceAndUsed()
    {
        await using var tokens = new FaultyRegistry();
        tokens.Fault = asked => new(200, """{"token":"t0ken","expires_in":300}"""u8.ToArray());
        await using var registry = new FaultyRegistry();
        registry.Fault = asked => asked.Headers.GetValueOrDefault("authorization") == "Bearer t0ken" ? null
            : new(401, [], $"WWW-Authenticate: Bearer realm=\"http://{tokens.Host}/token\",service=\"reg\",scope=\"repository:a:pull\"");
        await Registries.SetAsync(registry.Host, new() { Username = "u", Password = "p" });
        var task = await PullAsync(registry);

        Assert.True(task.State == EngineTaskState.Succeeded, task.Error);
        var asked = Assert.Single(tokens.Requests);
        Assert.Equal("/token?service=reg&scope=repository%3Aa%3Apull", asked.Path);
        Assert.StartsWith("Basic ", asked.Headers["authorization"]);
    }

    [Fact]
    public async Task Pull_Cancelled_EndsAtOnceAndKeepsWhatItHas()
    {
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(300_000));
        var never = new TaskCompletionSource();
        registry.Fault = asked => asked.Path.EndsWith(registry.LayerPath) ? registry.Right(asked) with { CutAfter = 100_000, Hold = never.Task } : null;
        var tasks = _engine.Get<ITasks>();
        var task = await Registries.PullAsync($"{registry.Host}/a:1");
        await Wait.Until(() => Partial() == 100_000, () => $"100,000 bytes are here: {Partial()}");
        tasks.Cancel(task.Id);
        var ended = await tasks.WaitAsync(task.Id).WaitAsync(Wait.Limit);

        Assert.Equal(EngineTaskState.Cancelled, ended.State);
        Assert.Equal(100_000, Partial());
        Assert.Throws<EngineException>(() => tasks.Cancel(task.Id));
        await _engine.TrashIsEmptyAsync();
    }

    [Fact]
    public async Task Pull_EngineKilled9InMidLayer_NoHalfImageAndTheNextGoesOn()
    {
        await using var scene = new EngineScene();
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(300_000));
        var never = new TaskCompletionSource();
        registry.Fault = asked => asked.Path.EndsWith(registry.LayerPath) && !asked.Headers.ContainsKey("range") ? registry.Right(asked) with { CutAfter = 100_000, Hold = never.Task } : null;
        using (var brig = await Engine.BrigProcess.StartAsync(scene))
        {
            await brig.PostAsync($"images/-/pull?reference={registry.Host}/a:1");
            await Wait.Until(() => Directory.GetFiles(scene.Paths.Images + "/partial").Sum(file => new FileInfo(file).Length) == 100_000, "100,000 bytes are here");
            await brig.KillAsync();
        }
        await scene.BeginAsync();
        var interrupted = Assert.Single(scene.Get<ITasks>().List(), task => task.Kind == "pull");
        Assert.Equal((EngineTaskState.Interrupted, "brig/busybox:latest"), (interrupted.State, Assert.Single(scene.Images.List()).Reference));
        Assert.Single(Directory.GetDirectories(scene.Paths.Layers));
        await scene.TrashIsEmptyAsync();
        var task = await scene.Get<IRegistries>().PullAsync($"{registry.Host}/a:1");
        var ended = await scene.Get<ITasks>().WaitAsync(task.Id).WaitAsync(Wait.Limit);

        Assert.True(ended.State == EngineTaskState.Succeeded, ended.Error);
        Assert.Equal("bytes=100000-", registry.Requests.Last(asked => asked.Path.EndsWith(registry.LayerPath)).Headers["range"]);
    }

    private async Task<byte[]> ZerosAsync()
    {
        await Shell.RunAsync($"cd {_engine.Folder} && truncate -s 700M zeros && tar -cf - zeros | gzip -9 > bomb && rm zeros");
        return await File.ReadAllBytesAsync(_engine.Folder + "/bomb");
    }

    private long Partial() => Directory.GetFiles(_engine.Paths.Images + "/partial").Sum(file => new FileInfo(file).Length);

    private async Task<EngineTask> PullAsync(FaultyRegistry registry, string? reference = null)
    {
        var task = await Registries.PullAsync(reference ?? $"{registry.Host}/a:1");
        return await _engine.Get<ITasks>().WaitAsync(task.Id).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(1)));
    }
}
