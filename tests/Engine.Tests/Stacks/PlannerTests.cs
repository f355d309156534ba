using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Volumes;

namespace Brig.Engine.Tests.Stacks;

public sealed class PlannerTests
{
    private const string Two = """
        services:
          web:
            image: web:1
            environment: {LEVEL: info}
            depends_on: {db: {condition: service_started, restart: true}}
            deploy: {replicas: 2}
          db: {image: db:1, volumes: ['data:/data']}
        volumes: {data: }
        """;

    private string? _webDigest = "sha256:web";

    [Fact]
    public void Plan_NothingIsThere_MakesAllInOrder() => Assert.Equal(
        ["Create Network shop_default", "Create Volume shop_data", "Keep Image db:1", "Keep Image web:1", "Create Container shop-db-1", "Create Container shop-web-1", "Create Container shop-web-2"],
        Steps(Plan(Two, Nothing)));

    [Fact]
    public void Plan_AllIsThere_IsNothing() => Assert.True(Plan(Two, Up(Two)).IsNothing);

    [Fact]
    public void Plan_SameTwice_IsTheSameText() => Assert.Equal(EngineJson.Write(Plan(Two, Nothing)), EngineJson.Write(Plan(Two, Nothing)));

    [Fact]
    public void Plan_AVariableChanges_TellsWhichAndFromWhatToWhat()
    {
        var step = Plan(Two.Replace("info", "debug", StringComparison.Ordinal), Up(Two)).Steps.First(step => step.Service == "web");
        Assert.Equal((PlanAction.Change, "shop-web-1"), (step.Action, step.Name));
        Assert.Equal(new PlanChange("env.LEVEL", "info", "debug"), Assert.Single(step.Changes));
    }

    [Fact]
    public void Plan_TheContentOfAFileChanges_TellsWhichFile()
    {
        const string Config = "services: {web: {image: 'web:1', configs: [site]}}\nconfigs: {site: {content: one}}\n";
        var change = Assert.Single(Plan(Config.Replace("one", "two", StringComparison.Ordinal), Up(Config)).Steps.Single(step => step.Service == "web").Changes);
        Assert.Equal("content of /site", change.Field);
        Assert.NotEqual(change.Before, change.After);
    }

    [Fact]
    public void Plan_TheImageIsAnotherOne_ChangesItsContainers()
    {
        var up = Up(Two);
        _webDigest = "sha256:other";
        Assert.Equal(["Change Container shop-web-1", "Change Container shop-web-2"], Steps(Plan(Two, up with { ImageDigest = Digest }), keep: false));
    }

    [Fact]
    public void Plan_FewerReplicas_RemovesTheHighest() => Assert.Equal(["Remove Container shop-web-2"], Steps(Plan(Two.Replace("replicas: 2", "replicas: 1", StringComparison.Ordinal), Up(Two)), keep: false));

    [Fact]
    public void Plan_AServiceGoes_ItsContainersAreRemovedAndItsVolumeStays()
    {
        var plan = Plan("services: {web: {image: 'web:1', environment: {LEVEL: info}, deploy: {replicas: 2}}}\n", Up(Two));
        Assert.Contains("Remove Container shop-db-1", Steps(plan));
        Assert.Contains("Keep Volume shop_data", Steps(plan));
    }

    [Fact]
    public void Plan_WhatItDependsOnChanges_RestartsWhereThatIsAskedFor() => Assert.Equal(
        ["Create Image db:2", "Change Container shop-db-1", "Restart Container shop-web-1", "Restart Container shop-web-2"],
        Steps(Plan(Two.Replace("db:1", "db:2", StringComparison.Ordinal), Up(Two)), keep: false));

    [Fact]
    public void Plan_TheNetworkChanges_ItAndItsContainersAreMadeAnew() => Assert.Equal(
        ["Change Network shop_default", "Change Container shop-db-1", "Change Container shop-web-1", "Change Container shop-web-2"],
        Steps(Plan(Two + "\nnetworks: {default: {internal: true}}\n", Up(Two)), keep: false));

    [Fact]
    public void Plan_OneEndedAndOneIsLeftOfAnUpdate_StartsAndRemoves()
    {
        var up = Up(Two);
        var db = up.Containers.Single(container => container.Name == "shop-db-1");
        var left = db with { Id = ContainerId.New(), Name = "shop-db-1.old", Spec = db.Spec with { Labels = db.Spec.Labels.SetItem(Labels.ConfigHash, "older") } };
        var ended = db with { State = new(ContainerStatus.Exited) };
        Assert.Equal(["Start Container shop-db-1", "Remove Container shop-db-1.old"], Steps(Plan(Two, up with { Containers = [.. up.Containers.Remove(db), left, ended] }), keep: false));
    }

    [Fact]
    public void Plan_ExternalThingsAreMissing_IsASentence() => Assert.Contains(
        "external network proxy does not exist",
        Assert.Throws<EngineException>(() => Plan("services: {web: {image: a, networks: [proxy]}}\nnetworks: {proxy: {external: true}}\n", Nothing)).Message, StringComparison.Ordinal);

    private ActualStack Nothing => new([], [], [], Digest, _ => null);

    private string? Digest(string reference) => reference switch { "web:1" => _webDigest, "db:1" => "sha256:db", _ => null };

    /// <summary>As it is after the plan was applied.</summary>
    private ActualStack Up(string yaml)
    {
        var desired = Desired(yaml).Stack;
        return new(
            [.. desired.Services.SelectMany(service => service.Containers).Select(wanted => new Container(
                ContainerId.New(), wanted.Name, wanted.Spec, new(ContainerStatus.Running), DateTimeOffset.UnixEpoch, Digest(wanted.Spec.Image)!, "", 1))],
            [.. desired.Networks.Select(network => new Network(network.Name, network.Name, network.Spec, new("br-1", null, null, 1500), new(true), [], DateTimeOffset.UnixEpoch, 1))],
            [.. desired.Volumes.Select(volume => new Volume(volume.Name, volume.Name, false, VolumeKind.Folder, DateTimeOffset.UnixEpoch) { Path = "/", Labels = volume.Spec.Labels })],
            Digest,
            hash => desired.Services.FirstOrDefault(service => service.Hash == hash) is { } service ? service.Text() : null);
    }

    private static StackPlan Plan(string yaml, ActualStack actual)
    {
        var (desired, findings) = Desired(yaml);
        return new Planner(desired, actual, PlanOptions.Usual).Plan(findings);
    }

    private static (DesiredStack Stack, ImmutableArray<StackFinding> Findings) Desired(string yaml)
    {
        using var scene = new ComposeScene().With("compose.yaml", yaml);
        var project = scene.Read();
        var folder = new StackFolder("/", false);
        return (new DesiredMaker("1", "shop", project, folder, [], [], new FileContents(folder, scene.Variables, _ => null, CanonicalHash)).Make(), scene.Findings.All);
    }

    private static string CanonicalHash(byte[] content) => CanonicalJson.Hash(Convert.ToHexString(content));

    private static string[] Steps(StackPlan plan, bool keep = true) =>
        [.. plan.Steps.Where(step => keep || step.Action != PlanAction.Keep).Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Action} {step.Subject} {step.Name}"))];
}
