using System.Diagnostics;
using Brig.Linux.Cgroups;

namespace Brig.Kernel.Tests.Cgroups;

/// <summary>A real cgroup of this test alone, and the processes started in it. All is gone afterwards.</summary>
internal sealed class TestCgroup : IDisposable
{
    private readonly List<Process> _processes = [];
    private readonly string _instance = $"brig-test-{Guid.NewGuid():N}";

    public TestCgroup(string host)
    {
        Host = CgroupHosts.Get(host);
        Cgroup = Host.Create($"{_instance}/one");
    }

    public CgroupHost Host { get; }

    public Cgroup Cgroup { get; }

    public string Instance => _instance;

    /// <summary>Runs a shell script that is in the cgroup from its first command on.</summary>
    public Process Run(string script)
    {
        string join = string.Concat(Cgroup.Directories.Select(directory => $"echo 0 > {directory}/cgroup.procs || exit 99; "));
        Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", join + script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _processes.Add(process);
        return process;
    }

    public CgroupSample Read()
    {
        using CgroupReader reader = Cgroup.OpenReader();
        CgroupSample sample = default;
        Assert.True(reader.TryRead(ref sample), "the cgroup is gone");
        return sample;
    }

    public void Dispose()
    {
        foreach (string path in (ReadOnlySpan<string>)[Cgroup.Path, _instance])
        {
            Cgroup cgroup = Host.Open(path);
            cgroup.KillAll();
            cgroup.Remove();
        }
        _processes.ForEach(process => process.Dispose());
    }
}
