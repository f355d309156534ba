using Brig.Linux.Wire;

namespace Brig.Linux.Tests.Wire;

public sealed class PlanRoundTripTests
{
    internal static LaunchPlan Full { get; } = new()
    {
        Kind = LaunchKind.Create,
        Id = "abc",
        RunFolder = "/run/x",
        StateFolder = "/var/x",
        Namespaces = new()
        {
            Net = NamespaceTarget.Join(42, "net"),
            User = NamespaceTarget.New,
            Ipc = NamespaceTarget.Host,
            UidMap = [new(0, 100000, 65536)],
            GidMap = [new(0, 200000, 65536)],
        },
        Cgroup = new() { V2Directory = "/sys/fs/cgroup/x", V1Directories = ["/a", "/b"], MadeMeanwhile = true, OomFile = "/a/memory.oom_control" },
        Root = new() { LowerDirectories = ["/l1", "/l2"], Upper = "/u", Work = "/w", ReadOnly = true, Mounts = [new(MountKind.Bind, "/s", "/t", Propagation: Propagation.Slave) { Idmap = true, IdmapOptional = true, NonRecursive = true, Subpath = "x" }] },
        Hostname = "hö",
        Sysctls = [new("net.ipv4.ip_forward", "1")],
        Process = new()
        {
            Args = ["sh", "-c", ""],
            Env = ["A=b"],
            WorkingDir = "/tmp",
            MakeWorkingDir = true,
            User = "nobody:nogroup", Groups = ["7", "wheel"],
            Rlimits = [new(7, 1024, ulong.MaxValue, true)],
            Capabilities = new(1, 2, 3, 4, 5),
            NoNewPrivileges = true,
            Seccomp = [1, 2, 3, 4, 5, 6, 7, 8],
            SeccompFlags = 40,
            SeccompErrno = 1,
            OomScoreAdj = -5,
            Umask = 63,
            Init = true,
        },
        Streams = new() { Tty = true, Rows = 1, Columns = 2, OpenStdin = true, LogMaxSize = 3, LogMaxFiles = 4 },
        Target = new(7, 8),
    };

    [Fact]
    public void Read_EveryFieldSet_WritesTheSameBytes()
    {
        var bytes = PlanWriter.Write(Full);
        var plan = PlanReader.Read(bytes);
        Assert.Equal(bytes, PlanWriter.Write(plan));
        Assert.Equal(Full.Process.Args.AsEnumerable(), plan.Process.Args);
        Assert.Equal(Full.Namespaces.Net, plan.Namespaces.Net);
        Assert.Equal(Full.Root!.Mounts.AsEnumerable(), plan.Root!.Mounts);
        Assert.Equal(Full.Process.Capabilities, plan.Process.Capabilities);
        Assert.Equal(Full.Streams, plan.Streams);
        Assert.Equal(Full.Target, plan.Target);
    }

    [Fact]
    public void Read_CutAnywhere_ThrowsWireException()
    {
        var bytes = PlanWriter.Write(Full);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<WireException>(() => PlanReader.Read(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Write_NulInAString_ThrowsWireException() =>
        Assert.Throws<WireException>(() => PlanWriter.Write(Full with { Hostname = "a\0b" }));
}
