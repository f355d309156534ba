using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Isolation;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;
using Brig.Engine.State;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Support;

internal sealed class Nothing : IDisposable
{
    public static readonly Nothing Instance = new();

    public void Dispose()
    {
    }
}

/// <summary>Not faked: what must survive a restart is kept by the engine's own store, below the test's root.</summary>
internal static class RealSettings
{
    public static ISettings In(IServiceProvider services)
    {
        var store = new Store(new EnginePaths(services.GetRequiredService<EngineOptions>()));
        store.Open();
        return store;
    }
}

internal sealed class FakeStatus : IEngineStatus
{
    public string? WaitingFor { get; set; }
    public Task Ready => Task.CompletedTask;
}

/// <summary>Knows one image, <c>brig/busybox:latest</c>, and reads what is imported to its end.</summary>
internal sealed class FakeImages : IImages
{
    public static readonly Image Busybox = new("brig/busybox:latest", "sha256:" + new string('c', 64), new ImageConfig { Command = ["sh"] }, ["/layers/1"], 4096, FakeContainers.Then);

    public string? Imported { get; private set; }
    public long ImportedBytes { get; private set; }
    public ImageConfig? ImportedConfig { get; private set; }
    public string? Removed { get; private set; }

    public ImmutableArray<Image> All { get; set; } = [Busybox];

    public ImmutableArray<Image> List() => All;
    public Image Get(string reference) => All.FirstOrDefault(image => image.Reference == reference || image.Digest == reference) ?? throw EngineException.NotFound($"No image is called \"{reference}\".");

    public async Task<Image> ImportAsync(ImageImport import, Stream tar, CancellationToken stop = default)
    {
        var (reference, config, _) = import;
        (Imported, ImportedConfig) = (reference, config);
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = await tar.ReadAsync(buffer, stop)) > 0;)
        {
            ImportedBytes += read;
        }
        return Busybox with { Reference = reference ?? Busybox.Digest, Config = config };
    }

    public Task RemoveAsync(string reference, CancellationToken stop = default)
    {
        Removed = reference;
        return Task.CompletedTask;
    }

    /// <summary>The newer verbs, a line each.</summary>
    public List<string> Calls { get; } = [];

    public Live<Image, ImageChange> Follow() => new([Busybox], System.Threading.Channels.Channel.CreateBounded<ImageChange>(1).Reader, Nothing.Instance);
    public Task RemoveAllTagsAsync(string reference, CancellationToken stop = default) => Called($"removeAll {reference}");
    public async Task<Image> TagAsync(string reference, string name, CancellationToken stop = default)
    {
        await Called($"tag {reference} {name}");
        return Busybox;
    }

    public Task UntagAsync(string name, CancellationToken stop = default) => Called($"untag {name}");
    public async Task<JsonObject> InspectAsync(string reference, CancellationToken stop = default)
    {
        await Called($"inspect {reference}");
        return [];
    }

    public async Task<ImagePruneReport> PruneAsync(ImagePrune which, CancellationToken stop = default)
    {
        await Called($"prune {which.Dangling} {which.OlderThan?.TotalSeconds} {string.Join(' ', which.Labels)}");
        return new(["a:1"], 5) { Images = [.. All.Where(image => which.Only?.Invoke(image) is not false)] };
    }

    public async Task<ImagesUsage> UsageAsync(CancellationToken stop = default)
    {
        await Called("usage");
        return new(1, 2, 3, []);
    }

    public async Task<ImmutableArray<LoadedImage>> LoadNamedAsync(Stream archive, CancellationToken stop = default)
    {
        await ImportAsync(new("loaded", new()), archive, stop);
        return [new(Busybox, [])];
    }

    public async Task SaveAsync(IReadOnlyList<string> references, ArchiveFormat format, Stream to, CancellationToken stop = default)
    {
        await Called($"save {string.Join(' ', references)} {format}");
        await to.WriteAsync("tar"u8.ToArray(), stop);
    }

    private Task Called(string call)
    {
        Calls.Add(call);
        return Task.CompletedTask;
    }
}

internal sealed class FakeEvents : IEvents
{
    /// <summary>As <c>container top ID name</c>.</summary>
    public ConcurrentQueue<string> Told { get; } = [];

    public void Tell(string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes) => Told.Enqueue($"{kind} {action} {subject} {name}");

    public static readonly EngineEvent Started = new(5, FakeContainers.Then, "container", "start", FakeContainers.Id.Value, "web", ImmutableDictionary<string, string>.Empty.Add("exitCode", "0"));

    private Channel<EngineEvent> _next = Channel.CreateBounded<EngineEvent>(16); // the test publishes fewer

    public List<(int Tail, long After)> Followed { get; } = [];
    public string? Asked { get; private set; }

    public void Publish(EngineEvent happened) => Assert.True(_next.Writer.TryWrite(happened));

    /// <summary>What happens to a reader that was too slow.</summary>
    public void EndFollowers()
    {
        var ended = _next;
        _next = Channel.CreateBounded<EngineEvent>(16);
        ended.Writer.Complete();
    }

    public Live<EngineEvent, EngineEvent> Follow(int tail = 200, long after = 0)
    {
        Followed.Add((tail, after));
        return new(tail > 0 && after < Started.Sequence ? [Started] : [], _next.Reader, Nothing.Instance);
    }

    public Task<ImmutableArray<EngineEvent>> ListAsync(
        DateTimeOffset? since = null, DateTimeOffset? until = null, string? kind = null, string? subject = null, int limit = 1000, CancellationToken stop = default)
    {
        Asked = $"{since?.ToUnixTimeSeconds()} {until?.ToUnixTimeSeconds()} {kind} {subject} {limit}";
        return Task.FromResult<ImmutableArray<EngineEvent>>([Started]);
    }
}

/// <summary>Nothing is denied.</summary>
internal sealed class FakeDenials : IDenials
{
    public ImmutableArray<Denial> Of(ContainerId id) => [];

    public Live<Denial, Denial> Follow(ContainerId id) => new([], Channel.CreateBounded<Denial>(1).Reader, Nothing.Instance); // nothing comes
}

/// <summary>One frame in its history, and one for whoever follows.</summary>
internal sealed class FakeMetrics : IMetrics
{
    private readonly Channel<MetricsFrame> _next = Channel.CreateBounded<MetricsFrame>(4); // the test publishes fewer

    public static MetricsFrame Frame(double cores) =>
        new(FakeContainers.Then, new MachineSample { Cores = 4, CpuCores = double.NaN }, [new ContainerSample { Id = FakeContainers.Id, CpuCores = cores, Memory = 4096 }]);

    public MetricsFrame? Latest => null;

    public void Publish(MetricsFrame frame) => Assert.True(_next.Writer.TryWrite(frame));

    public Live<MetricsFrame, MetricsFrame> Follow(int history = 60) => new(history > 0 ? [Frame(double.NaN)] : [], _next.Reader, Nothing.Instance);
}

internal sealed class FakeLogs : ILogs
{
    public LogQuery? Query { get; private set; }
    public bool Timestamps { get; private set; }

    public IAsyncEnumerable<LogBatch> ReadAsync(string idOrName, LogQuery query, CancellationToken stop = default) => throw new NotSupportedException("The API copies.");

    public async Task CopyAsync(string idOrName, LogQuery query, LogStyle style, Stream destination, CancellationToken stop = default)
    {
        (Query, Timestamps) = (query, style.Timestamps);
        await destination.WriteAsync(Encoding.UTF8.GetBytes($"line of {idOrName[..3]}\n"), stop);
        await destination.FlushAsync(stop);
        if (query.Follow)
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
    }
}
