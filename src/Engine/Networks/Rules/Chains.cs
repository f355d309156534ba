using System.Collections.Immutable;
using System.Text.Json;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Rules;

/// <summary>A chain of anybody's in the kernel.</summary>
/// <param name="Family">ip, ip6, inet, bridge …</param>
/// <param name="Hook">Where packets come into it; empty: only from other chains.</param>
/// <param name="Drops">What none of its rules decides about is dropped.</param>
internal sealed record Chain(string Family, string Table, string Name, string Hook, bool Drops);

/// <summary>A rule of anybody's that has a comment.</summary>
internal sealed record CommentedRule(Chain Chain, long Handle, string Comment);

/// <summary>Reads what is in the kernel, as libnftables-json(5).</summary>
internal static class Chains
{
    public static ImmutableArray<Chain> All(Nft nft) => [.. Objects(nft, "list chains", "chain").Select(chain => new Chain(
        Text(chain, "family"), Text(chain, "table"), Text(chain, "name"), Text(chain, "hook"), Text(chain, "policy") == "drop"))];

    public static ImmutableArray<(string Family, string Name)> Tables(Nft nft) => [.. Objects(nft, "list tables", "table").Select(table => (Text(table, "family"), Text(table, "name")))];

    public static ImmutableArray<CommentedRule> Comments(Nft nft, Chain chain) =>
        [.. Objects(nft, $"list chain {chain.Family} {chain.Table} {chain.Name}", "rule")
            .Where(rule => Text(rule, "comment").Length > 0)
            .Select(rule => new CommentedRule(chain, rule.GetProperty("handle").GetInt64(), Text(rule, "comment")))];

    /// <summary>Elements that are plain texts.</summary>
    public static ImmutableArray<string> Elements(Nft nft, string family, string table, string set) =>
        [.. Objects(nft, $"list set {family} {table} {set}", "set").SelectMany(found => found.TryGetProperty("elem", out var elements) ? elements.EnumerateArray().ToArray() : [])
            .Select(element => element.GetString() ?? "")];


    private static List<JsonElement> Objects(Nft nft, string command, string kind)
    {
        string printed;
        try
        {
            printed = nft.Run(command, NftOutput.Json);
        }
        catch (NftException)
        {
            return [];   // gone since it was listed
        }
        if (printed.Length == 0)
        {
            return [];
        }
        using var document = JsonDocument.Parse(printed);
        return [.. document.RootElement.GetProperty("nftables").EnumerateArray().Where(one => one.TryGetProperty(kind, out _)).Select(one => one.GetProperty(kind).Clone())];
    }

    private static string Text(JsonElement one, string name) => one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
