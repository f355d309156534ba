using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>What makes no sense is one clear sentence, and leaves nothing: no row, folder, cgroup, mount.</summary>
public class BadInputTests : EngineTest
{
    private static readonly ContainerSpec Good = new() { Image = "brig/busybox", Command = ["true"] };

    private static readonly Dictionary<string, (ContainerSpec Spec, EngineErrorKind Kind, string Says)> AtCreate = new()
    {
        ["unknown image"] = (Good with { Image = "brig/busibox" }, EngineErrorKind.NotFound, "Did you mean \"brig/busybox\""),
        ["image that is no reference"] = (Good with { Image = "../etc" }, EngineErrorKind.Invalid, "reference"),
        ["bad name"] = (Good with { Name = "-x y" }, EngineErrorKind.Invalid, "-x y"),
        ["long name"] = (Good with { Name = new string('a', 64) }, EngineErrorKind.Invalid, "63"),
        ["relative working directory"] = (Good with { WorkingDir = "tmp" }, EngineErrorKind.Invalid, "absolute"),
        ["working directory with .."] = (Good with { WorkingDir = "/tmp/../etc" }, EngineErrorKind.Invalid, ".."),
        ["mount target with .."] = (Good with { Mounts = [new(MountKind.Bind, "/tmp", "/a/../../b")] }, EngineErrorKind.Invalid, ".."),
        ["mount source with .."] = (Good with { Mounts = [new(MountKind.Bind, "/tmp/../etc", "/b")] }, EngineErrorKind.Invalid, ".."),
        ["relative mount target"] = (Good with { Mounts = [new(MountKind.Tmpfs, null, "b")] }, EngineErrorKind.Invalid, "absolute"),
        ["mount on the root"] = (Good with { Mounts = [new(MountKind.Tmpfs, null, "/")] }, EngineErrorKind.Invalid, "/"),
        ["missing mount source"] = (Good with { Mounts = [new(MountKind.Bind, "/no/such/folder", "/b")] }, EngineErrorKind.Invalid, "/no/such/folder"),
        ["two mounts on one target"] = (Good with { Mounts = [new(MountKind.Tmpfs, null, "/b"), new(MountKind.Tmpfs, null, "/b/")] }, EngineErrorKind.Invalid, "/b"),
        ["environment without a name"] = (Good with { Env = ["=A"] }, EngineErrorKind.Invalid, "NAME=value"),
        ["environment of 10 MB in one"] = (Good with { Env = ["A=" + new string('x', 10_000_000)] }, EngineErrorKind.Invalid, "10000002 bytes"),
        ["environment of 10 MB in many"] = (Good with { Env = [.. Enumerable.Range(0, 1000).Select(i => $"A{i}=" + new string('x', 10_000))] }, EngineErrorKind.Invalid, "the kernel takes at most"),
        ["zero in an argument"] = (Good with { Command = ["a\0b"] }, EngineErrorKind.Invalid, "zero"),
        ["memory too small"] = (Good with { Limits = new() { Memory = 1000 } }, EngineErrorKind.Invalid, "512 KiB"),
        ["cpus too few"] = (Good with { Limits = new() { Cpus = 0.001 } }, EngineErrorKind.Invalid, "0.01"),
        ["cpus too many"] = (Good with { Limits = new() { Cpus = 100_000 } }, EngineErrorKind.Invalid, "cores"),
        ["no processes"] = (Good with { Limits = new() { Pids = 0 } }, EngineErrorKind.Invalid, "process"),
        ["cores that are not there"] = (Good with { Limits = new() { CpusetCpus = "900" } }, EngineErrorKind.Invalid, "900"),
        ["unknown signal"] = (Good with { StopSignal = "SIGNONE" }, EngineErrorKind.Invalid, "SIGNONE"),
        ["bad user"] = (Good with { User = "a b" }, EngineErrorKind.Invalid, "a b"),
        ["unknown capability"] = (Good with { CapAdd = ["NET_ADMINN"] }, EngineErrorKind.Invalid, "NET_ADMIN"),
        ["unknown rlimit"] = (Good with { Rlimits = [new("files", 1, 1)] }, EngineErrorKind.Invalid, "files"),
        ["rlimit upside down"] = (Good with { Rlimits = [new("nofile", 2, 1)] }, EngineErrorKind.Invalid, "nofile"),
        ["sysctl of the machine"] = (Good with { Sysctls = Good.Sysctls.Add("kernel.panic", "1") }, EngineErrorKind.Invalid, "kernel.panic"),
        ["sysctl of the host's net"] = (Good with { Sysctls = Good.Sysctls.Add("net.ipv4.ip_forward", "1"), Namespaces = new() { Net = NamespaceSpec.Host } }, EngineErrorKind.Invalid, "network namespace"),
        ["namespace of nobody"] = (Good with { Namespaces = new() { Net = NamespaceSpec.OfContainer("nobody") } }, EngineErrorKind.NotFound, "nobody"),
        ["the host's mounts"] = (Good with { Namespaces = new() { Mount = NamespaceSpec.Host } }, EngineErrorKind.Invalid, "mount namespace"),
        ["bad host name"] = (Good with { Hostname = "a_b!" }, EngineErrorKind.Invalid, "host name"),
        ["bad extra host"] = (Good with { ExtraHosts = ["x"] }, EngineErrorKind.Invalid, "name:address"),
        ["name server that is a name"] = (Good with { Dns = ["dns.example"] }, EngineErrorKind.Invalid, "IP address"),
        ["removed and restarted"] = (Good with { AutoRemove = true, Restart = new(RestartMode.Always) }, EngineErrorKind.Invalid, "restart policy"),
    };

    public static TheoryData<string> CreateCases => [.. AtCreate.Keys];

    private static readonly Dictionary<string, (ContainerSpec Spec, string Says)> AtStart = new()
    {
        ["command not found"] = (Good with { Command = ["nonesuch"] }, "nonesuch"),
        ["not executable"] = (Good with { Command = ["/etc/passwd"] }, "/etc/passwd"),
        ["a directory"] = (Good with { Command = ["/etc"] }, "/etc"),
        ["no such user"] = (Good with { User = "stranger" }, "stranger"),
        ["no such group"] = (Good with { User = "0:strangers" }, "strangers"),
        ["working directory is a file"] = (Good with { WorkingDir = "/etc/passwd" }, "/etc/passwd"),
    };

    public static TheoryData<string> StartCases => [.. AtStart.Keys];

    [Theory, MemberData(nameof(CreateCases))]
    public async Task Create_Nonsense_OneSentenceAndNothingLeft(string name)
    {
        var (spec, kind, says) = AtCreate[name];
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.CreateAsync(spec));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(says, error.Message);
        Assert.True(error.Message.Length < 600 && error.Message[^1] is '.' or '?', error.Message);
        Assert.Empty(_engine.Containers.List());
        Assert.Empty(Directory.GetDirectories(_engine.Paths.Containers));
    }

    [Theory, MemberData(nameof(StartCases))]
    public async Task Start_NotInTheImage_OneSentenceAndNothingRuns(string name)
    {
        var (spec, says) = AtStart[name];
        var container = await _engine.Containers.CreateAsync(spec);
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartAsync(container.Name));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Contains(says, error.Message);
        Assert.Equal(ContainerStatus.Created, _engine.Containers.Get(container.Name).State.Status);
        Assert.Equal(error.Message, _engine.Containers.Get(container.Name).State.Error);
        await Wait.Until(() => _engine.Traces(container.Id).All(trace => trace == _engine.Paths.Container(container.Id)), () => "nothing of it runs: " + string.Join('\n', _engine.Traces(container.Id)));
        await _engine.Containers.RemoveAsync(container.Name);
        await Wait.Until(() => _engine.Traces(container.Id).Length == 0, "nothing is left");
    }

    [Fact]
    public async Task Create_NameInUse_ConflictSaysByWhom()
    {
        var first = await _engine.Containers.CreateAsync(Good with { Name = "taken" });
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.CreateAsync(Good with { Name = "taken" }));

        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        Assert.Contains(first.Id.Short, error.Message);
        Assert.Single(_engine.Containers.List());
    }

    [Fact]
    public async Task Start_MountSourceGone_SaysSo()
    {
        string source = Directory.CreateTempSubdirectory("bs").FullName;
        var container = await _engine.Containers.CreateAsync(Good with { Mounts = [new(MountKind.Bind, source, "/data")] });
        Directory.Delete(source);
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartAsync(container.Name));

        Assert.Contains(source, error.Message);
    }

    [Fact]
    public async Task UpdateLimits_BelowWhatItUses_NothingChanged()
    {
        var container = await _engine.RunAsync("sleep 1000", spec => spec with { Limits = new() { Memory = 64 << 20, Pids = 50 } });
        await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.UpdateLimitsAsync(container.Name, new() { Memory = 1, Pids = 7 }));

        Assert.Equal(50, _engine.Containers.Get(container.Name).Spec.Limits.Pids);
    }
}
