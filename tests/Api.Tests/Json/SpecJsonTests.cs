using System.Collections.Immutable;
using System.Text.Json;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Images;
using Brig.Web.Api;

namespace Brig.Api.Tests.Json;

public sealed class SpecJsonTests
{
    [Fact]
    public void Read_OnlyTheImage_EverythingElseIsTheRecordsOwnDefault()
    {
        var spec = Read<ContainerSpec>("""{"image":"brig/busybox"}""");

        Assert.Equal(Write(new ContainerSpec { Image = "brig/busybox" }), Write(spec));
        Assert.False(spec.Command.IsDefault || spec.Entrypoint.IsDefault || spec.Env.IsDefault || spec.Mounts.IsDefault || spec.Rlimits.IsDefault || spec.ExtraHosts.IsDefault
            || spec.Dns.IsDefault || spec.CapAdd.IsDefault || spec.CapDrop.IsDefault || spec.Devices.IsDefault || spec.MaskedPaths.IsDefault || spec.ReadOnlyPaths.IsDefault || spec.Limits.IoRates.IsDefault);
        Assert.Equal(NamespaceSpec.Auto, spec.Namespaces.User);
        Assert.Equal(NamespaceSpec.New, spec.Namespaces.Net);
        Assert.Equal(RestartPolicy.No, spec.Restart);
        Assert.True(spec.NoNewPrivileges);
        Assert.Equal(SeccompSpec.Default, spec.Seccomp);
        Assert.Equal("rwm", Read<ContainerSpec>("""{"image":"x","devices":[{"hostPath":"/dev/fuse"}]}""").Devices[0].Permissions);
    }

    [Fact]
    public void Read_PartOfARecord_TheRestKeepsItsDefault()
    {
        var spec = Read<ContainerSpec>("""{"image":"x","namespaces":{"net":"host"},"limits":{"pids":9}}""");

        Assert.Equal(new Namespaces { Net = NamespaceSpec.Host }, spec.Namespaces);
        Assert.Empty(spec.Limits.IoRates);
        Assert.Equal((24, 80), (Read<ExecSpec>("""{"command":["ls"]}""").Rows, Read<ExecSpec>("""{"command":["ls"]}""").Columns));
        Assert.Empty(Read<ImageConfig>("{}").Env);
    }

    [Fact]
    public void WriteAndRead_EveryMemberSet_ComesBackAsItWas()
    {
        var spec = new ContainerSpec
        {
            Image = "brig/busybox", Name = "web", Entrypoint = ["/bin/sh"], Command = ["-c", "echo \"ü\" <>&'"], Env = ["A=1"], WorkingDir = "/srv", User = "1000:1000",
            Hostname = "web", ExtraHosts = ["db:10.0.0.2"], Dns = ["1.1.1.1"], Tty = true, TtySize = new(30, 100), OpenStdin = true, Init = true, ReadOnlyRoot = true, Privileged = true,
            CapAdd = ["NET_ADMIN"], CapDrop = ["ALL"], Namespaces = new() { Net = NamespaceSpec.OfContainer("db"), Pid = NamespaceSpec.Host, User = NamespaceSpec.New },
            Mounts = [new(MountKind.Bind, "/data", "/srv/data", true), new(MountKind.Tmpfs, null, "/tmp", SizeBytes: 4096) { NoExec = true, Mode = "0700", Uid = 1, Gid = 2, Inodes = 9, Propagation = MountPropagation.Slave }],
            NoNewPrivileges = false, SystemPaths = SystemPaths.Unconfined, MaskedPaths = ["/proc/cpuinfo"], ReadOnlyPaths = ["/etc"], Devices = [new("/dev/fuse", "/dev/f", "rw")],
            OomScoreAdj = 500, AppArmor = "brig-default", Seccomp = new(SeccompChoice.Custom, """{"defaultAction":"SCMP_ACT_ALLOW"}""", Tell: false),
            Rlimits = [new("nofile", 1024, ulong.MaxValue)], Sysctls = new Dictionary<string, string> { ["net.core.somaxconn"] = "1024" }.ToImmutableDictionary(),
            Labels = new Dictionary<string, string> { ["Team.Name"] = "red" }.ToImmutableDictionary(),
            Limits = new() { Cpus = 1.5, CpuWeight = 200, CpusetCpus = "0-2", Memory = 1L << 40, MemoryLow = 1, Swap = 0, Pids = 64, IoWeight = 50, IoRates = [new("8:0", 1, 2, 3, 4)] },
            Restart = new(RestartMode.OnFailure, 3), StopSignal = "SIGINT", StopGrace = TimeSpan.FromMilliseconds(1500), AutoRemove = true,
            Pod = "shop", Sandbox = new(true), ShareableIpc = true, CgroupParent = "apps",
            Health = new() { Test = ["CMD-SHELL", "true"], Interval = TimeSpan.FromSeconds(1.5), Timeout = TimeSpan.FromSeconds(2), StartPeriod = TimeSpan.FromSeconds(3), StartInterval = TimeSpan.FromSeconds(4), Retries = 5, OnUnhealthy = UnhealthyAction.Restart },
            Networks = [], Domainname = "example.org", Log = new(MaxSize: 65536, MaxFiles: 2),
            Docker = new() { AttachStdout = true, LogDriver = "local", LogOptions = new Dictionary<string, string> { ["max-size"] = "64k" }.ToImmutableDictionary(), ExposedPorts = ["80/tcp"] },
        };

        string json = Write(spec);
        var back = Read<ContainerSpec>(json);

        Assert.Equal(json, Write(back));
        Assert.Equal(typeof(ContainerSpec).GetProperties().Length, JsonDocument.Parse(json).RootElement.EnumerateObject().Count());
        Assert.Equal("red", back.Labels["Team.Name"]);
        Assert.Equal(ulong.MaxValue, back.Rlimits[0].Hard);
        Assert.Equal("container:db", back.Namespaces.Net.ToString());
        Assert.Contains("echo \\\"ü\\\" <>&'", json);
    }

    [Fact]
    public void Write_NaN_IsNull() => Assert.Equal("[null,1.5]", JsonSerializer.Serialize((double[])[double.NaN, 1.5], Doubles));

    [Theory]
    [InlineData("1795292100", "2026-11-21T20:15:00")]
    [InlineData("1795292100000", "2026-11-21T20:15:00")]
    [InlineData("2026-11-21T20:15:00Z", "2026-11-21T20:15:00")]
    [InlineData("2026-11-21T21:15:00+01:00", "2026-11-21T20:15:00")]
    [InlineData("10m", "2026-11-21T20:05:00")]
    [InlineData("1.5h", "2026-11-21T18:45:00")]
    public void TimeParameter_EachForm_IsThatInstant(string text, string expected)
    {
        Assert.True(TimeParameter.TryParse(text, out var parsed));
        Assert.Equal(expected, parsed.Resolve(new FixedTime()).ToString("s"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-5")]
    [InlineData("1e400")]
    [InlineData("999999999999999")]
    [InlineData("99999999999d")]
    [InlineData("NaNs")]
    public void TimeParameter_Nonsense_IsRefused(string text) => Assert.False(TimeParameter.TryParse(text, out _));

    private static readonly JsonSerializerOptions Doubles = new() { Converters = { new FiniteConverter() } };

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, ApiJson.Options)!;

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, ApiJson.Options);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 20, 15, 0, TimeSpan.Zero);
    }
}
