using System.Text.Json.Nodes;
using Brig.Engine;
using Brig.Engine.Stacks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Files;

namespace Brig.Peers.Tests.Stacks;

/// <summary>
/// <c>docker-compose config</c> writes what it understood as a Compose file again, everything in its long form and merged. Read by us that must be what we understood of the file itself.
/// </summary>
public sealed class ComposeConfigTests : IDisposable
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "Stacks", "files");

    private readonly string _root = Directory.CreateTempSubdirectory("brig-compose-").FullName;

    [Theory]
    [InlineData("wordpress.yaml")]
    [InlineData("nextcloud.yaml")]
    [InlineData("monitoring.yaml")]
    [InlineData("traefik.yaml")]
    [InlineData("build.yaml")]
    [InlineData("gitea.yaml")]
    [InlineData("base.yaml", "over.yaml")]
    public async Task Read_WhatDockerComposeMadeOfIt_IsWhatWeMakeOfIt(params string[] files)
    {
        foreach (string sample in Directory.GetFiles(Samples))
        {
            // Their mode comes out in decimal, which we refuse to guess about.
            await File.WriteAllTextAsync(Path.Combine(_root, Path.GetFileName(sample)), (await File.ReadAllTextAsync(sample)).Replace("        mode: 0440\n", "", StringComparison.Ordinal));
        }
        Directory.CreateDirectory(Path.Combine(_root, "web"));
        string config = await Tool.RunAsync("docker-compose", [.. files.SelectMany(file => new[] { "-f", Path.Combine(_root, file) }), "--project-directory", _root, "config"]);
        await File.WriteAllTextAsync(Path.Combine(_root, "theirs.yaml"), config);
        var (ours, theirs) = (Read(files), Read(["theirs.yaml"]));
        Assert.Equal(theirs["services"]!.AsObject().Select(pair => pair.Key), ours["services"]!.AsObject().Select(pair => pair.Key));
        foreach (var (name, service) in ours["services"]!.AsObject())
        {
            Assert.Equal(theirs["services"]![name]!.ToJsonString().Split(",\""), service!.ToJsonString().Split(",\""));
        }
        Assert.Equal(theirs.ToJsonString(), ours.ToJsonString());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private JsonObject Read(string[] files)
    {
        var findings = new Findings();
        var project = ProjectReader.Read(new StackFolder(_root, true), files, new Dictionary<string, string>(), findings);
        Assert.DoesNotContain(findings.All, found => found.Severity == FindingSeverity.Error);
        return Comparable(JsonNode.Parse(EngineJson.Write(project))!, "")!.AsObject();
    }

    /// <summary>Without places, with whole paths, in an order of its own: docker-compose sorts some of its lists.</summary>
    private JsonNode? Comparable(JsonNode? node, string key) => node switch
    {
        JsonObject map => new JsonObject(map.Where(pair => pair.Key is not ("place" or "envFiles" or "command" or "entrypoint"))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Comparable(pair.Value, pair.Key)))),
        JsonArray list => new JsonArray([.. list.Select(item => Comparable(item, key)).OrderBy(item => item?.ToJsonString(), StringComparer.Ordinal)]),
        JsonValue value when key is "source" or "context" or "file" && value.GetValue<string>() is ['.', ..] => Path.GetFullPath(Path.Combine(_root, value.GetValue<string>())).TrimEnd('/'),
        JsonValue value when key is "source" && value.GetValue<string>().StartsWith('/') => Path.GetFullPath(value.GetValue<string>()) is { Length: > 1 } path ? path.TrimEnd('/') : "/",
        _ => node?.DeepClone(),
    };
}
