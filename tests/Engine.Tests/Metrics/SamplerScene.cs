using Brig.Engine.Containers;
using Brig.Engine.Metrics;
using Brig.Linux.Cgroups;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.Metrics;

/// <summary>A sampler that ticks when told, over folders that look like cgroups.</summary>
internal sealed class SamplerScene : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("brig-sampler-").FullName;
    private readonly CgroupHost _host;

    public SamplerScene()
    {
        string mountinfo = $"{_root}/mountinfo";
        File.WriteAllText(mountinfo, $"25 1 0:22 / {_root} rw - cgroup2 cgroup2 rw\n");
        _host = CgroupHost.Detect(_root, mountinfo);
        Sampler = new(new EngineOptions { Root = _root }, Time, NullLogger<Sampler>.Instance);
    }

    public ManualTime Time { get; } = new();

    public Sampler Sampler { get; }

    /// <summary>A container with a folder of its own, watched.</summary>
    /// <param name="files">What is in it beside its memory, by name.</param>
    public ContainerId Watch(params (string Name, string Text)[] files) => Watch(files, isAdopted: false);

    /// <summary>The same, which ran before this engine.</summary>
    public ContainerId Adopt(params (string Name, string Text)[] files) => Watch(files, isAdopted: true);

    public void Rewatch(ContainerId id) => Sampler.Watch(id, _host.Open(id.Value), pid: 0);

    public void Write(ContainerId id, string file, string text) => File.WriteAllText($"{_root}/{id}/{file}", text);

    public void RemoveFiles(ContainerId id) => Directory.Delete($"{_root}/{id}", recursive: true);

    public MetricsFrame? Tick(double secondsLater = 1)
    {
        Time.Advance(TimeSpan.FromSeconds(secondsLater));
        MetricsFrame? before = Sampler.Latest;
        Sampler.Tick();
        return ReferenceEquals(before, Sampler.Latest) ? null : Sampler.Latest;
    }

    public void Dispose()
    {
        Sampler.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private ContainerId Watch((string Name, string Text)[] files, bool isAdopted)
    {
        ContainerId id = ContainerId.New();
        Directory.CreateDirectory($"{_root}/{id}");
        foreach (var (name, text) in files.Prepend(("memory.current", "4096\n")))
        {
            Write(id, name, text);
        }
        Sampler.Watch(id, _host.Open(id.Value), pid: 0, isAdopted);
        return id;
    }
}
