using Brig.Engine.Stacks;

namespace Brig.Engine.Tests.Stacks;

public sealed class ComposeMergeTests
{
    private const string Base = """
        services:
          web:
            image: a:1
            command: [one]
            environment: [A=1, B=2]
            ports: ["8080:80", "9090:90"]
            volumes: ["./a:/a", "./b:/b"]
            labels: {x: "1"}
            cap_add: [NET_ADMIN]
            depends_on: [db]
            healthcheck: {test: [CMD, one], interval: 5s}
          db: {image: db}
        """;

    private static Brig.Engine.Stacks.Compose.ComposeService Over(string over)
    {
        using var scene = new ComposeScene().With("compose.yaml", Base).With("over.yaml", over);
        return scene.Read("compose.yaml", "over.yaml").Services["web"];
    }

    [Fact]
    public void Read_TwoFiles_AreMergedByTheSpecification()
    {
        var web = Over("""
            services:
              web:
                image: a:2
                command: [two, three]
                environment: {B: "3", C: "4"}
                ports: ["8080:80", "7070:70"]
                volumes: ["./c:/a:ro"]
                labels: [y=2]
                cap_add: [NET_ADMIN, SYS_TIME]
                depends_on: {db: {condition: service_healthy}}
                healthcheck: {test: [CMD, two]}
              db: {healthcheck: {test: [CMD, x]}}
            """);
        Assert.Equal("a:2", web.Image);
        Assert.Equal(["two", "three"], web.Command!.Value.AsEnumerable());
        Assert.Equal("A=1 B=3 C=4", string.Join(' ', web.Environment.Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.Equal([8080, 9090, 7070], web.Ports.Select(port => port.Published!.Value));
        Assert.Equal([("./c", "/a", true), ("./b", "/b", false)], web.Mounts.Select(mount => (mount.Source!, mount.Target, mount.ReadOnly)));
        Assert.Equal(["x", "y"], web.Labels.Keys);
        Assert.Equal(["NET_ADMIN", "SYS_TIME"], web.CapAdd.AsEnumerable());
        Assert.Equal(Brig.Engine.Stacks.Compose.DependencyCondition.Healthy, Assert.Single(web.DependsOn).Condition);
        Assert.Equal(["CMD", "two"], web.Health!.Test.AsEnumerable());
        Assert.Equal(TimeSpan.FromSeconds(5), web.Health.Interval);
    }

    [Fact]
    public void Read_ResetAndOverride_TakeAwayAndReplace()
    {
        var web = Over("services:\n  web:\n    ports: !override ['1:1']\n    environment: !reset {}\n    command: !reset null\n    labels:\n      x: !reset null\n");
        Assert.Equal(1, Assert.Single(web.Ports).Target);
        Assert.Empty(web.Environment);
        Assert.Null(web.Command);
        Assert.Empty(web.Labels);
    }

    [Fact]
    public void Read_ExtendsOfAnotherFile_PathsAreThatFiles()
    {
        using var scene = new ComposeScene()
            .With("compose.yaml", "services:\n  web:\n    extends: {file: common/base.yaml, service: app}\n    environment: {B: '2'}\n")
            .With("common/base.yaml", "services:\n  app:\n    extends: root\n    volumes: ['./data:/data']\n    env_file: app.env\n    environment: {B: '1'}\n  root: {image: a, init: true}\n")
            .With("common/app.env", "A=1\n");
        var web = scene.Read().Services["web"];
        Assert.Equal(("a", true, "common/./data"), (web.Image, web.Init, web.Mounts[0].Source));
        Assert.Equal(("1", "2"), (web.Environment["A"], web.Environment["B"]));
    }

    [Fact]
    public void Read_Include_ServicesAreAddedWithTheirOwnFolderAndEnv()
    {
        using var scene = new ComposeScene()
            .With("compose.yaml", "include: [db/compose.yaml]\nservices:\n  web: {image: a, depends_on: [db]}\n")
            .With("db/compose.yaml", "services:\n  db:\n    image: postgres:${V}\n    volumes: ['./conf:/conf']\nvolumes: {data: }\n")
            .With("db/.env", "V=16\n");
        var project = scene.Read();
        Assert.Equal(("postgres:16", "db/./conf"), (project.Services["db"].Image, project.Services["db"].Mounts[0].Source));
        Assert.True(project.Volumes.ContainsKey("data"));
    }

    [Fact]
    public void Read_IncludeInACircle_IsRefused()
    {
        using var scene = new ComposeScene().With("compose.yaml", "include: [b.yaml]\nservices: {web: {image: a}}\n").With("b.yaml", "include: [compose.yaml]\n");
        scene.TryRead();
        Assert.Contains("include each other in a circle: compose.yaml, b.yaml, compose.yaml", Assert.Single(scene.Findings.All).Message, StringComparison.Ordinal);
        Assert.Equal("b.yaml:1:11", scene.Findings.All[0].Place.ToString());
    }

    [Fact]
    public void Read_IncludeOfWhatIsThere_IsAConflict()
    {
        using var scene = new ComposeScene().With("compose.yaml", "include: [b.yaml]\nservices: {web: {image: a}}\n").With("b.yaml", "services: {web: {image: b}}\n");
        scene.TryRead();
        Assert.Contains(scene.Findings.All, found => found.Message.Contains("services.web is in b.yaml:1:17 and in compose.yaml:2:17 too", StringComparison.Ordinal));
    }
}
