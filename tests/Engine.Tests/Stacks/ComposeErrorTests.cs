using System.Diagnostics;
using System.Globalization;
using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Files;
using Brig.Tests;

namespace Brig.Engine.Tests.Stacks;

/// <summary>What is wrong is told in one sentence with its line and column; nothing is passed over.</summary>
public sealed class ComposeErrorTests
{
    [Fact]
    public void Read_AFileThatGrowsByItsVariables_IsOneSentence()
    {
        using var scene = new ComposeScene().With("compose.yaml", "services:\n  web:\n    image: a\n    labels:\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"      l{i}: $A\n")));
        scene.Variables["A"] = new('a', 100_000);
        Assert.Null(scene.TryRead());
        Assert.Contains("larger than 4 MB", Assert.Single(scene.Findings.All).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOf_AComposeFileOfATerabyte_IsOneSentence()
    {
        using var scene = new ComposeScene();
        using (var file = File.Create(Path.Combine(scene.Root, "compose.yaml")))
        {
            file.SetLength(1L << 31);
        }
        Assert.Contains("larger than 4 MB", Assert.Throws<EngineException>(() => ProjectReader.FilesOf(new StackFolder(scene.Root, false))).Message, StringComparison.Ordinal);
        using (var file = File.OpenWrite(Path.Combine(scene.Root, "compose.yaml")))
        {
            file.SetLength((1L << 31) - 64);    // as much as an array takes
        }
        Assert.Contains("larger than 4 MB", Assert.Throws<EngineException>(() => ProjectReader.FilesOf(new StackFolder(scene.Root, false))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyServicesNameOneEnvFile_ItsValuesAreThereOnce()
    {
        using var scene = new ComposeScene().With("big.env", "A=" + new string('a', 1000) + "\n").With("compose.yaml", "services:\n  a: {image: x, env_file: big.env}\n  b: {image: x, env_file: ./big.env}\n");
        var project = scene.Read();
        Assert.Same(project.Services["a"].Environment["A"], project.Services["b"].Environment["A"]);
    }

    [Theory]
    [InlineData("    prots: ['80']", "4:5 services.web: The key \"prots\" is none of a service. Did you mean \"ports\"?")]
    [InlineData("    ports: 80", "4:12 services.web.ports: This is a text, and must be a list.")]
    [InlineData("    ports: ['a:80']", "\"a\" is no port of this machine")]
    [InlineData("    ports: ['80-82:90-91']", "3 ports of this machine cannot lead to 2")]
    [InlineData("    ports: [{published: 80}]", "The key \"target\" is missing")]
    [InlineData("    cgroup_parent: /x", "4:20 services.web.cgroup_parent: This is not supported")]
    [InlineData("    healthcheck: {interval: 5 minutes}", "4:29 services.web.healthcheck.interval: \"5 minutes\" is not a length of time")]
    [InlineData("    healthcheck: {test: [curl, a]}", "must begin with CMD")]
    [InlineData("    mem_limit: many", "is not a number of bytes")]
    [InlineData("    restart: sometimes", "is not a restart policy")]
    [InlineData("    volumes: ['data:/data']", "4:15 services.web: There is no volume \"data\"")]
    [InlineData("    volumes: ['./a:/a', '/b:/a']", "Two things are mounted on /a")]
    [InlineData("    volumes: ['./a:b']", "is no absolute path inside")]
    [InlineData("    volumes: ['./a:/b:magic']", "is not supported as an option of a volume")]
    [InlineData("    networks: [front]", "There is no network \"front\"")]
    [InlineData("    secrets: [key]", "There is no secret \"key\"")]
    [InlineData("    depends_on: [db]", "4:18 services.web: It depends on \"db\", which is no service.")]
    [InlineData("    depends_on: {web: {condition: service_ready}}", "is not one of service_started, service_healthy, service_completed_successfully")]
    [InlineData("    depends_on: [web]", "Services wait for each other in a circle: web, web.")]
    [InlineData("    container_name: one\n    scale: 2", "2 containers cannot have the one name")]
    [InlineData("    ports: ['80:80']\n    deploy: {replicas: 3}", "The port 80 cannot lead to 3 containers")]
    [InlineData("    scale: 2\n    deploy: {replicas: 3}", "scale and deploy.replicas say different things")]
    [InlineData("    network_mode: host\n    networks: [default]", "exclude each other")]
    [InlineData("    privileged: perhaps", "is not true or false")]
    [InlineData("    security_opt: ['seccomp:/etc/p.json']", "is not supported")]
    [InlineData("    logging: {driver: syslog}", "is not one of json-file, local, none")]
    [InlineData("    logging: {options: {max-size: lots}}", "4:35 services.web.logging.options.max-size: \"lots\" is not a number of bytes")]
    [InlineData("    platform: linux/arm64", "\"linux/arm64\" is not what this machine is, linux/amd64.")]
    [InlineData("    build: {context: ., platforms: [linux/amd64, linux/arm64]}", "services.web.build.platforms[1]: \"linux/arm64\" is not what")]
    [InlineData("    blkio_config: {weight: 5}", "is not a whole number from 10 to 1000")]
    [InlineData("    blkio_config: {device_read_bps: [{path: /dev/vda}]}", "The key \"rate\" is missing.")]
    [InlineData("    env_file: a.env", "There is no file a.env in the stack.")]
    [InlineData("    env_file: ../../etc/passwd", "leaves the stack's folder")]
    [InlineData("    env_file: /etc/passwd", "leaves the stack's folder")]
    [InlineData("    extends: other", "There is no service \"other\" in compose.yaml")]
    [InlineData("    extends: web", "Services extend each other in a circle: web, web.")]
    [InlineData("    environment: {A: '${B:?set it}'}", "4:22 The variable B is missing: set it.")]
    [InlineData("    environment: {A: '${B'}", "has something else after ${B than }")]
    [InlineData("    command: 'a \"b'", "A quote in it is not closed")]
    [InlineData("    image: b", "4:5 The key \"image\" is here twice, first in line 3.")]
    [InlineData("    command: *nothing", "*nothing stands for nothing that ended before here")]
    [InlineData("    command: !shell ls", "The tag !shell means nothing here")]
    [InlineData("    command: [a", "This is no YAML")]
    [InlineData("    entrypoint: []", "there is nothing to run")]
    public void Read_OneThingIsWrong_IsSaidWithItsPlace(string lines, string sentence) =>
        Assert.Contains(ComposeScene.Errors($"services:\n  web:\n    image: a\n{lines}\n"), error => error.Contains(sentence, StringComparison.Ordinal));

    [Fact]
    public void Read_SeveralThingsAreWrong_AllAreSaid() =>
        Assert.Equal(3, ComposeScene.Errors("services:\n  web: {image: a, prots: 1, tty: maybe}\n  db: {}\n").Length);

    [Theory]
    [InlineData("logging: {options: {tag: x}}")]
    [InlineData("links: [db]")]
    [InlineData("environment: {A: $NOWHERE}")]
    [InlineData("volumes: ['./a:/a:z']")]
    public void Read_HasNoEffect_IsWarnedOf(string line)
    {
        using var scene = new ComposeScene().With("compose.yaml", $"services:\n  web:\n    image: a\n    {line}\n");
        scene.Read();
        Assert.Equal(4, Assert.Single(scene.Findings.All).Place.Line);
    }

    [Fact]
    public void Read_BillionLaughs_IsRefusedAtOnce()
    {
        string bomb = "x-a: &a [1,1,1,1,1,1,1,1,1]\n" + string.Concat(Enumerable.Range(1, 30).Select(i =>
            $"x-{(char)('a' + i % 26)}{i}: &l{i} [{string.Join(',', Enumerable.Repeat(i == 1 ? "*a" : $"*l{i - 1}", 9))}]\n"));
        var watch = Stopwatch.StartNew();
        Assert.Contains("aliases written out", Assert.Single(ComposeScene.Errors(bomb)), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < Wait.Scale(TimeSpan.FromSeconds(5)), watch.Elapsed.ToString());
    }

    [Fact]
    public void Read_BombOfMergeKeys_IsRefusedAtOnce()
    {
        string bomb = "x-0: &m0 {" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"k{i}: v")) + "}\n"
            + string.Concat(Enumerable.Range(1, 1000).Select(i => $"x-{i}: &m{i} {{<<: *m{i - 1}, j{i}: v}}\n"));
        Assert.Contains("aliases written out", Assert.Single(ComposeScene.Errors(bomb)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Read_NestedVeryDeep_IsRefusedAtOnce(char open, char close)
    {
        string deep = "x-a: " + string.Concat(Enumerable.Repeat(open == '{' ? "{a: " : "[", 300_000)) + new string(close, 300_000);
        Assert.Contains("nested more than 64 deep", Assert.Single(ComposeScene.Errors(deep)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AliasOfItself_IsRefused() =>
        Assert.Contains("stands for nothing that ended before here", Assert.Single(ComposeScene.Errors("x-a: &a [*a]\nservices: {web: {image: a}}\n")), StringComparison.Ordinal);

    [Fact]
    public void Read_TwoMegabytes_IsReadInTime()
    {
        string big = "services:\n" + string.Concat(Enumerable.Range(0, 10000).Select(i =>
            $"  s{i}:\n    image: registry.example.com/some/long/name/of/an/image:{i}\n    environment:\n      VARIABLE_ONE: value of one ${{X:-x}}\n      VARIABLE_TWO: value of two\n    depends_on: [s{Math.Max(0, i - 1)}{(i == 0 ? "x" : "")}]\n    ports: ['{1000 + i}:80']\n"));
        Assert.True(big.Length > 2_000_000, $"{big.Length}");
        var before = OnTheProcessor();
        Assert.Contains("s0x", Assert.Single(ComposeScene.Errors(big)), StringComparison.Ordinal);
        var took = OnTheProcessor() - before;
        Assert.True(took < TimeSpan.FromMinutes(1), took.ToString());
    }

    /// <summary>This thread's time on a processor so far, proc(5): what it waits for others on a busy machine does not count.</summary>
    private static TimeSpan OnTheProcessor() => TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000);

    [Fact]
    public void Read_LinkThatLeavesTheFolder_ReadsNothingOutside()
    {
        using var scene = new ComposeScene().With("compose.yaml", "services:\n  web:\n    image: a\n    env_file: stolen.env\n");
        File.CreateSymbolicLink(scene.Root + "/stolen.env", "/etc/os-release");
        scene.TryRead();
        Assert.Contains(scene.Findings.All, found => found.Severity == FindingSeverity.Error && found.Message.Contains("There is no file", StringComparison.Ordinal));
    }
}
