using Brig.Engine.Containers;
using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Tests.Stacks;

public sealed class ComposeReadTests
{
    [Fact]
    public void Read_Gitea_EveryValueIsWhereItBelongs()
    {
        using var scene = new ComposeScene().With("compose.yaml", File.ReadAllText(ComposeScene.Samples + "/gitea.yaml"));
        var project = scene.Read();
        var (server, db) = (project.Services["server"], project.Services["db"]);
        Assert.Equal("gitea", server.ContainerName);
        Assert.Equal("db:5432", server.Environment["GITEA__database__HOST"]);
        Assert.Equal(["git", "git.local"], server.Networks[0].Aliases.AsEnumerable());
        Assert.Equal("172.28.5.10", server.Networks[0].Ipv4);
        Assert.Equal([(3000, 3000, "tcp"), (222, 22, "tcp"), (6000, 7000, "udp"), (6001, 7001, "udp"), (6002, 7002, "udp")], server.Ports.Select(port => (port.Published!.Value, port.Target, port.Protocol)));
        Assert.Equal(("./gitea", "/data", false), (server.Mounts[0].Source, server.Mounts[0].Target, server.Mounts[0].ReadOnly));
        Assert.Equal("/run/secrets/db", server.Secrets[0].Target);
        Assert.Equal(("/run/secrets/db", (int?)Convert.ToInt32("440", 8)), (db.Secrets[0].Target, db.Secrets[0].Mode));
        Assert.Equal(256L << 20, db.ShmBytes);
        Assert.Equal([new RlimitSpec("nproc", 65535, 65535), new RlimitSpec("nofile", 20000, 40000)], db.Ulimits.AsEnumerable());
        Assert.Equal("1024", db.Sysctls["net.core.somaxconn"]);
        Assert.Equal(TimeSpan.FromMinutes(1), db.StopGrace);
        Assert.True(db.Mounts[0].NoCopy);
        Assert.Equal(new RestartPolicy(RestartMode.Always), db.Restart);
        Assert.Equal(new ComposePool("172.28.5.0/24", "172.28.5.1", null), Assert.Single(project.Networks["gitea"].Pools));
        Assert.Equal("./db_password.txt", project.Secrets["db"].File);
    }

    [Fact]
    public void Read_Nextcloud_AnchorsMergeAndVariablesHaveDefaults()
    {
        using var scene = new ComposeScene().With("compose.yaml", File.ReadAllText(ComposeScene.Samples + "/nextcloud.yaml")).With(".env", "POSTGRES_VERSION=15\n");
        var project = scene.Read();
        var app = project.Services["app"];
        Assert.Equal("postgres:15-alpine", project.Services["db"].Image);
        Assert.Equal("change me", app.Environment["POSTGRES_PASSWORD"]);
        Assert.Equal(RestartMode.UnlessStopped, app.Restart.Mode);
        Assert.Equal(["redis-server", "--requirepass", "${REDIS_PASSWORD}", "--save", ""], project.Services["redis"].Command!.Value.AsEnumerable());
        Assert.Equal(DependencyCondition.Healthy, app.DependsOn.Single(dependency => dependency.Service == "db").Condition);
        Assert.Equal(TimeSpan.FromSeconds(90), project.Services["db"].Health!.StartPeriod);
        Assert.True(project.Networks["proxy"].Internal);
    }

    [Fact]
    public void Read_Build_TakesContextArgumentsAndEnvFile()
    {
        using var scene = new ComposeScene().With("compose.yaml", File.ReadAllText(ComposeScene.Samples + "/build.yaml")).With("web.env", File.ReadAllText(ComposeScene.Samples + "/web.env"));
        var web = scene.Read().Services["web"];
        Assert.Equal(("./web", "Dockerfile.prod", "final", "1.2"), (web.Build!.Context, web.Build.Dockerfile, web.Build.Target, web.Build.Arguments["VERSION"]));
        Assert.Equal("http://localhost/a b", web.Environment["URL"]);
        Assert.Equal("$HOME", web.Environment["RAW"]);
        Assert.Equal(("true", "3", "info"), (web.Environment["DEBUG"], web.Environment["COUNT"], web.Environment["LEVEL"]));
        Assert.Equal((512L << 20, 1.5), (web.Limits.Memory!.Value, web.Limits.Cpus!.Value));
        Assert.Equal("host", web.Pid);
    }

    [Theory]
    [InlineData("wordpress.yaml")]
    [InlineData("monitoring.yaml")]
    [InlineData("traefik.yaml")]
    public void Read_WellKnownFiles_NothingIsWrong(string file)
    {
        using var scene = new ComposeScene().With("compose.yaml", File.ReadAllText($"{ComposeScene.Samples}/{file}"));
        Assert.NotEmpty(scene.Read().Services);
    }

    [Theory]
    [InlineData("80", 80, null, null, null, "tcp")]
    [InlineData("8080:80", 80, 8080, null, null, "tcp")]
    [InlineData("127.0.0.1:8080:80/udp", 80, 8080, null, "127.0.0.1", "udp")]
    [InlineData("127.0.0.1::80", 80, null, null, "127.0.0.1", "tcp")]
    [InlineData("[::1]:8080:80", 80, 8080, null, "::1", "tcp")]
    [InlineData("8000-9000:80", 80, 8000, 9000, null, "tcp")]
    [InlineData("0.0.0.0:53:53/udp", 53, 53, null, null, "udp")]
    public void Read_ShortPorts_AreSplit(string text, int target, int? first, int? last, string? address, string protocol)
    {
        var port = ComposeScene.Web($"services:\n  web:\n    image: a\n    ports: ['{text}']\n").Ports.Single();
        Assert.Equal((target, first, last, address, protocol), (port.Target, port.Published, port.PublishedLast, port.HostAddress, port.Protocol));
    }

    [Fact]
    public void Read_DeployAndOlderKeys_AreOne()
    {
        var web = ComposeScene.Web("""
            services:
              web:
                image: a
                mem_limit: 1g
                memswap_limit: 1.5g
                deploy:
                  replicas: 2
                  resources: {limits: {cpus: "0.5", pids: 50}, reservations: {memory: 100m}}
                  update_config: {parallelism: 2, delay: 10s, order: start-first, failure_action: rollback, monitor: 1s}
                  restart_policy: {condition: on-failure, max_attempts: 3}
            """);
        Assert.Equal((0.5, 1L << 30, 1L << 29, 50L, 100L << 20), (web.Limits.Cpus!.Value, web.Limits.Memory!.Value, web.Limits.Swap!.Value, web.Limits.Pids!.Value, web.Limits.MemoryLow!.Value));
        Assert.Equal(2, web.Replicas);
        Assert.Equal(new UpdateRules(2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), UpdateFailure.Rollback, UpdateOrder.StartFirst, 0), web.Update);
        Assert.Equal(new RestartPolicy(RestartMode.OnFailure, 3), web.Restart);
    }

    [Theory]
    [InlineData("{options: {max-size: 10m, max-file: '3'}}", false, 10L << 20, 3)]
    [InlineData("{driver: json-file, options: {max-size: 1k}}", false, 32L << 10, null)]
    [InlineData("{driver: local, options: {max-size: '-1', max-file: 2}}", false, null, 2)]
    [InlineData("{driver: none}", true, null, null)]
    public void Read_Logging_IsHowMuchIsKept(string logging, bool off, long? size, int? files) =>
        Assert.Equal(new LogSpec(off, size, files), ComposeScene.Web($"services:\n  web:\n    image: a\n    logging: {logging}\n").Log);

    [Fact]
    public void Read_LoggingThatAsksForNothing_IsBrigsOwn() =>
        Assert.Null(ComposeScene.Web("services:\n  web:\n    image: a\n    logging: {driver: json-file}\n").Log);

    [Fact]
    public void Read_WhatTheEngineHasToo_IsTaken()
    {
        var web = ComposeScene.Web("""
            services:
              web:
                image: a
                platform: linux/amd64
                group_add: [audio, 1234]
                dns_search: example.org
                dns_opt: [timeout:3]
                blkio_config:
                  weight: 300
                  device_read_bps: [{path: /dev/vda, rate: 10mb}]
                  device_write_iops: [{path: /dev/vda, rate: 20}, {path: "8:0", rate: 30}]
                build:
                  context: .
                  extra_hosts: [db=10.0.0.5]
                  shm_size: 1m
                  ulimits: {nofile: 99}
                  platforms: [linux/amd64]
            """);
        Assert.Equal(["audio", "1234"], web.Groups.AsEnumerable());
        Assert.Equal(["example.org"], web.DnsSearch.AsEnumerable());
        Assert.Equal(["timeout:3"], web.DnsOptions.AsEnumerable());
        Assert.Equal(300, web.Limits.IoWeight);
        Assert.Equal([new("/dev/vda", 10L << 20, null, null, 20), new IoRate("8:0", null, null, null, 30)], web.Limits.IoRates.AsEnumerable());
        Assert.Equal(["db:10.0.0.5"], web.Build!.ExtraHosts.AsEnumerable());
        Assert.Equal((1L << 20, 99UL), (web.Build.ShmBytes!.Value, web.Build.Ulimits.Single().Hard));
    }

    [Theory]
    [InlineData("", null, false)]
    [InlineData(", network: default", true, false)]
    [InlineData(", network: host", true, true)]
    [InlineData(", network: none", false, false)]
    public void Read_NetworkOfABuild_IsTheDefaultOneUnlessSaid(string line, bool? has, bool hosts)
    {
        var build = ComposeScene.Web($"services:\n  web:\n    build: {{context: .{line}}}\n").Build!;
        Assert.Equal((has, hosts), (build.Network, build.HostNetwork));
    }

    [Fact]
    public void Read_EverySectionUnderXDash_IsLeftAlone()
    {
        var web = ComposeScene.Web("x-any: {a: [1, {b: 2}]}\nservices:\n  x-template: {whatever: 1}\n  web:\n    image: a\n    x-own: 1\n");
        Assert.Equal("a", web.Image);
    }

    [Fact]
    public void Enabled_Profiles_OnlyWhatIsChosen()
    {
        using var scene = new ComposeScene().With("compose.yaml", "services:\n  web: {image: a}\n  debug: {image: b, profiles: [dev]}\n");
        var project = scene.Read();
        Assert.Equal(["web"], project.Enabled([]).Select(service => service.Name));
        Assert.Equal(["debug", "web"], project.Enabled(["dev"]).Select(service => service.Name));
    }
}
