using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Networks;
using Brig.Web.Api.Docker;

namespace Brig.Api.Tests.Docker;

public sealed class SpecReaderTests
{
    private static readonly Image Busybox = new("busybox:latest", "sha256:" + new string('b', 64), new ImageConfig { Command = ["sh"], Entrypoint = ["/entry"], ExposedPorts = ["53/udp"] }, ["/l"], 1, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("null", """["a"]""", false, "", "a")]
    [InlineData("""["/x"]""", """["a"]""", false, "/x", "a")]
    [InlineData("\"/x\"", "\"a\"", false, "/x", "a")]
    [InlineData("[]", "null", true, "", "sh")]
    [InlineData("""[""]""", "null", true, "", "")]
    [InlineData("""[""]""", """["a","b"]""", true, "", "a b")]
    public void Read_Entrypoint_IsTheImagesOrItsOwnOrNone(string entrypoint, string command, bool none, string expected, string arguments)
    {
        var spec = Read($$$"""{"Image":"busybox","Entrypoint":{{{entrypoint}}},"Cmd":{{{command}}}}""");
        Assert.Equal((none, expected, arguments), (spec.NoEntrypoint, string.Join(' ', spec.Entrypoint), string.Join(' ', spec.Command)));
    }

    [Theory]
    [InlineData("/a:/b", "Bind /a /b")]
    [InlineData("/a:/b:ro,z", "Bind /a /b ro")]
    [InlineData("/x/../a/./:/b", "Bind /a /b")]
    [InlineData("/..:/b", "Bind / /b")]
    [InlineData("/a:/b:rslave", "Bind /a /b Slave")]
    [InlineData("data:/b:nocopy", "Volume data /b nocopy")]
    [InlineData("/b", "Volume  /b")]
    public void Read_Bind_IsAMount(string bind, string expected)
    {
        var mount = Read($$$"""{"Image":"busybox","HostConfig":{"Binds":["{{{bind}}}"]}}""").Mounts.Single();
        Assert.Equal(expected, string.Join(' ', new[]
        {
            mount.Kind.ToString(), mount.Source ?? "", mount.Target, mount.ReadOnly ? "ro" : null, mount.NoCopy ? "nocopy" : null, mount.Propagation == MountPropagation.Private ? null : mount.Propagation.ToString(),
        }.Where(word => word is not null)));
        Assert.Equal(mount.Kind == MountKind.Bind, mount is { Idmap: true, IdmapOptional: true, CreateSource: true });
    }

    [Fact]
    public void Read_Mounts_InAllForms()
    {
        var mounts = Read("""
            {"Image":"busybox","Volumes":{"/anonymous":{},"/data":{}},"HostConfig":{"ShmSize":1048576,"Tmpfs":{"/run":"rw,exec,size=64k,mode=755,uid=5"},"Mounts":[
                {"Type":"bind","Source":"/tmp","Target":"/host","ReadOnly":true,"BindOptions":{"Propagation":"rprivate"}},
                {"Type":"volume","Source":"v","Target":"/data","VolumeOptions":{"NoCopy":true,"Subpath":"in/it"}},
                {"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":4096,"Mode":448}}]}}
            """).Mounts;
        Assert.Equal(
            [
                new(MountKind.Bind, "/tmp", "/host", true) { Idmap = true, IdmapOptional = true },
                new(MountKind.Volume, "v", "/data") { NoCopy = true, Subpath = "in/it" },
                new(MountKind.Tmpfs, null, "/t", false, 4096) { Mode = "0700" },
                new(MountKind.Tmpfs, null, "/run", false, 65536) { NoExec = false, Mode = "755", Uid = 5 },
                new(MountKind.Volume, null, "/anonymous"),
                new(MountKind.Tmpfs, null, "/dev/shm", false, 1048576) { Mode = "1777" },
            ], mounts.AsEnumerable());
    }

    [Theory]
    [InlineData("""{}""", "default", "New")]
    [InlineData("""{"NetworkMode":"default"}""", "default", "New")]
    [InlineData("""{"NetworkMode":"bridge"}""", "default", "New")]
    [InlineData("""{"NetworkMode":"web"}""", "web", "New")]
    [InlineData("""{"NetworkMode":"none"}""", "", "New")]
    [InlineData("""{"NetworkMode":"host"}""", "", "Host")]
    [InlineData("""{"NetworkMode":"container:db"}""", "", "Container")]
    public void Read_NetworkMode_IsAttachmentsAndNamespace(string host, string networks, string source)
    {
        var spec = Read($$$"""{"Image":"busybox","HostConfig":{{{host}}}}""");
        Assert.Equal(networks, string.Join(' ', spec.Networks!.Value.Select(attachment => attachment.Network)));
        Assert.Equal(source, spec.Namespaces.Net.Source.ToString());
    }

    [Fact]
    public void Read_EndpointsConfig_GivesAddressesAndAliasesOfEach()
    {
        var networks = Read("""
            {"Image":"busybox","MacAddress":"02:42:ac:11:00:09","HostConfig":{"NetworkMode":"front"},"NetworkingConfig":{"EndpointsConfig":{
                "back":null,"front":{"Aliases":["web","www"],"IPAMConfig":{"IPv4Address":"10.9.0.5"}}}}}
            """).Networks!.Value;
        Assert.Equal(["front", "back"], networks.Select(one => one.Network));
        Assert.Equal(["web", "www"], networks[0].Aliases.AsEnumerable());
        Assert.Equal(("10.9.0.5", "02:42:ac:11:00:09"), (networks[0].Ipv4, networks[0].Mac));
    }

    [Fact]
    public void Read_Ports_BindingsAndWhatIsExposed()
    {
        var ports = Read("""
            {"Image":"busybox","ExposedPorts":{"80/tcp":{},"90":{}},"HostConfig":{"PublishAllPorts":true,"PortBindings":{
                "80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"},{"HostIp":"0.0.0.0","HostPort":""}]}}}
            """).Ports;
        Assert.Equal(
            [
                new(80) { HostPort = 8080, HostAddress = "127.0.0.1" }, new(80), new(90), new PortSpec(53) { Protocol = PortProtocol.Udp },
            ], ports.AsEnumerable());
    }

    [Fact]
    public void Read_Limits_AreOurs()
    {
        var limits = Read("""
            {"Image":"busybox","HostConfig":{"NanoCpus":500000000,"CpuShares":512,"CpusetCpus":"0","Memory":67108864,"MemorySwap":134217728,"MemoryReservation":33554432,"PidsLimit":50,"BlkioWeight":300,
                "BlkioDeviceReadBps":[{"Path":"/dev/vda","Rate":1000}],"BlkioDeviceWriteIOps":[{"Path":"/dev/vda","Rate":7}]}}
            """).Limits;
        Assert.Equal((0.5, 50, "0", 64 << 20, 64 << 20, 32 << 20, 50, 300), (limits.Cpus, limits.CpuWeight, limits.CpusetCpus, limits.Memory, limits.Swap, limits.MemoryLow, limits.Pids, limits.IoWeight));
        Assert.Equal(new IoRate("/dev/vda", 1000, null, null, 7), limits.IoRates.Single());
    }

    [Fact]
    public void Read_Quota_KeepsItsPeriod()
    {
        var limits = Read("""{"Image":"busybox","HostConfig":{"CpuPeriod":50000,"CpuQuota":20000}}""").Limits;
        Assert.Equal((0.4, 50_000), (limits.Cpus, limits.CpuPeriod));
    }

    [Theory]
    [InlineData("none", "{}", true, null, null)]
    [InlineData("json-file", """{"max-size":"1m","max-file":"2"}""", false, 1 << 20, 2)]
    [InlineData("local", """{"max-size":"1k"}""", false, 32 * 1024, null)]
    public void Read_LogConfig_IsOursOrNone(string driver, string options, bool off, int? size, int? files) =>
        Assert.Equal(new LogSpec(off, size, files), Read($$$"""{"Image":"busybox","HostConfig":{"LogConfig":{"Type":"{{{driver}}}","Config":{{{options}}} } } }""").Log);

    [Fact]
    public void Read_SecurityOptions_InAllForms()
    {
        var spec = Read("""
            {"Image":"busybox","HostConfig":{"SecurityOpt":["no-new-privileges:true","seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}","label=disable"],"MaskedPaths":[],"ReadonlyPaths":[],
                "PidMode":"host","IpcMode":"container:db","UTSMode":"host","UsernsMode":"host","CgroupnsMode":"private","Ulimits":[{"Name":"nofile","Soft":10,"Hard":-1}]}}
            """);
        Assert.Equal((true, SeccompChoice.Custom, SystemPaths.Unconfined), (spec.NoNewPrivileges, spec.Seccomp.Mode, spec.SystemPaths));
        Assert.Equal(["label=disable"], spec.Docker!.SecurityLabels.AsEnumerable());
        Assert.Equal(("host", "container:db", "host", "host", "new"), (Text(spec.Namespaces.Pid), Text(spec.Namespaces.Ipc), Text(spec.Namespaces.Uts), Text(spec.Namespaces.User), Text(spec.Namespaces.Cgroup)));
        Assert.Equal(new RlimitSpec("nofile", 10, ulong.MaxValue), spec.Rlimits.Single());
        static string Text(NamespaceSpec of) => of.ToString();
    }

    [Fact]
    public void Read_NothingSaid_IsDockersDefaultsAndNotOurs()
    {
        var spec = Read("""{"Image":"busybox","HostConfig":null,"NetworkingConfig":null,"Env":null,"Healthcheck":{"Test":["CMD","true"],"Interval":1000000000,"Retries":0},"StopTimeout":5}""");
        Assert.False(spec.NoNewPrivileges);
        Assert.Equal((TimeSpan.FromSeconds(1), null, TimeSpan.FromSeconds(5)), (spec.Health!.Interval, spec.Health.Retries, spec.StopGrace));
    }

    [Theory]
    [InlineData("""{"DeviceRequests":[{"Count":-1,"Capabilities":[["gpu"]]}]}""", "could not select device driver \"\" with capabilities: [[gpu]]")]
    [InlineData("""{"Runtime":"kata"}""", "unknown or invalid runtime name: kata")]
    [InlineData("""{"LogConfig":{"Type":"gelf"}}""", "logger: no log driver named 'gelf' is registered")]
    [InlineData("""{"Isolation":"hyperv"}""", "invalid isolation 'hyperv' on linux")]
    [InlineData("""{"AutoRemove":true,"RestartPolicy":{"Name":"always"}}""", "can't create 'AutoRemove' container with restart policy")]
    [InlineData("""{"RestartPolicy":{"Name":"maybe"}}""", "invalid restart policy: unknown policy 'maybe'")]
    [InlineData("""{"Memory":1024}""", "Minimum memory limit allowed is 6MB")]
    [InlineData("""{"NanoCpus":1000000000,"CpuQuota":5000}""", "Conflicting options: Nano CPUs and CPU Quota cannot both be set")]
    [InlineData("""{"Binds":["/a:/b:rx"]}""", "invalid mode: rx")]
    [InlineData("""{"Mounts":[{"Type":"bind","Target":"/b"}]}""", "invalid mount config for type \"bind\": field Source must not be empty")]
    [InlineData("""{"Mounts":[{"Type":"npipe","Source":"a","Target":"/b"}]}""", "mount type unknown: \"npipe\"")]
    [InlineData("""{"SecurityOpt":["what"]}""", "invalid --security-opt 2: \"what\"")]
    [InlineData("""{"PortBindings":{"80/sctp":null}}""", "invalid port specification: \"80/sctp\"")]
    [InlineData("""{"PidMode":"of me"}""", "invalid pid mode: of me")]
    [InlineData("""{"Mounts":[{"Type":"bind","Source":"/tmp","Target":"/b","BindOptions":{"ReadOnlyNonRecursive":true}}]}""", "invalid mount config for type \"bind\": a read-only bind of Brig's")]
    public void Read_WhatCannotBe_IsRefusedInDockersWords(string host, string begins)
    {
        var e = Assert.Throws<EngineException>(() => Read($$$"""{"Image":"busybox","HostConfig":{{{host}}}}"""));
        Assert.Equal(EngineErrorKind.Invalid, e.Kind);
        Assert.StartsWith(begins, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhatMeansNothingHere_IsWarnedOf()
    {
        List<string> warnings = [];
        Read("""{"Image":"busybox","HostConfig":{"OomKillDisable":true,"MemorySwappiness":10,"KernelMemory":5,"NetworkMode":"host","PortBindings":{"80/tcp":null}}}""", warnings);
        Assert.Equal(4, warnings.Count);
        Assert.Contains("Your kernel does not support OomKillDisable. OomKillDisable discarded.", warnings);
    }

    [Theory]
    [InlineData("http/tcp")]
    [InlineData("80-90/tcp")]
    public void Read_ExposedPortThatIsNone_IsRefused(string port)
    {
        var e = Assert.Throws<EngineException>(() => Read($$$"""{"Image":"busybox","ExposedPorts":{"{{{port}}}":{}},"HostConfig":{"NetworkMode":"host"}}"""));
        Assert.Equal((EngineErrorKind.Invalid, $"invalid port specification: \"{port}\""), (e.Kind, e.Message));
    }

    private static ContainerSpec Read(string json, List<string>? warnings = null) =>
        SpecReader.Read(JsonSerializer.Deserialize(json, DockerJson.Of<DockerCreate>())!, "a", Busybox, new(), warnings ?? []);
}
