using System.Text.Json.Nodes;
using Brig.Engine.Stacks.Reading;

namespace Brig.Engine.Tests.Stacks;

public sealed class ComposeSchemaTests
{
    [Fact]
    public void Make_AKeyOfAService_IsInTheSchemaExactlyIfTheReaderTakesIt()
    {
        var service = ComposeSchema.Make()["$defs"]!["service"]!["properties"]!.AsObject();
        Assert.All(service, pair => Assert.DoesNotContain(ComposeScene.Errors($"services:\n  web:\n    image: a\n    {pair.Key}: {{}}\n"), error => error.Contains("is none of", StringComparison.Ordinal) || error.Contains("not supported", StringComparison.Ordinal)));
        Assert.Contains("ports", service.Select(pair => pair.Key));
        Assert.DoesNotContain("cgroup_parent", service.Select(pair => pair.Key));
    }

    [Fact]
    public void Make_References_AllLeadSomewhere()
    {
        var schema = ComposeSchema.Make();
        var definitions = schema["$defs"]!.AsObject();
        Assert.All(References(schema), reference => Assert.True(definitions.ContainsKey(reference["#/$defs/".Length..]), reference));
    }

    [Fact]
    public void Make_Restart_OffersItsWordsAndTheReaderTakesEach()
    {
        var restart = ComposeSchema.Make()["$defs"]!["service"]!["properties"]!["restart"]!;
        string[] words = [.. restart["anyOf"]![0]!["enum"]!.AsArray().Select(word => (string)word!)];
        Assert.Contains("unless-stopped", words);
        Assert.All([.. words, "on-failure:5"], word => Assert.Empty(ComposeScene.Errors($"services:\n  web:\n    image: a\n    restart: {word}\n")));
        Assert.Contains("is not a restart policy", Assert.Single(ComposeScene.Errors("services:\n  web:\n    image: a\n    restart: sometimes\n")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
