using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Engine.Networks;

namespace Brig.Web.Components.Parts.Networks;

/// <summary>A network's making as commands.</summary>
public static class NetworkEquivalent
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Docker(NetworkSpec spec)
    {
        List<string> words = ["docker", "network", "create"];
        foreach (var subnet in spec.Subnets)
        {
            words.AddRange(["--subnet", subnet.Subnet]);
            if (subnet.Gateway is { } gateway)
                words.AddRange(["--gateway", gateway]);
            if (subnet.Range is { } range)
                words.AddRange(["--ip-range", range]);
        }

        if (spec.EnableIpv6)
            words.Add("--ipv6");
        if (spec.Internal)
            words.Add("--internal");
        if (!spec.Masquerade)
            words.AddRange(["--opt", "com.docker.network.bridge.enable_ip_masquerade=false"]);
        if (spec.Mtu is { } mtu)
            words.AddRange(["--opt", string.Create(CultureInfo.InvariantCulture, $"com.docker.network.driver.mtu={mtu}")]);
        words.Add(spec.Name ?? "NAME");
        return CommandLine.Join(words);
    }

    /// <param name="origin">For example <c>http://127.0.0.1:8620</c>.</param>
    public static string Curl(NetworkSpec spec, string origin)
    {
        var body = Json(spec).ToJsonString(s_plain).Replace("'", "'\\''", StringComparison.Ordinal);
        return $"curl -H \"Authorization: Bearer $BRIG_TOKEN\" -H 'Content-Type: application/json' \\\n  -d '{body}' \\\n  {origin}/api/v1/networks";
    }

    /// <summary>Only what differs from a network about which nothing is said.</summary>
    private static JsonObject Json(NetworkSpec spec)
    {
        JsonObject json = [];
        if (spec.Name is { } name)
            json["name"] = name;
        if (!spec.Subnets.IsEmpty)
            json["subnets"] = new JsonArray([.. spec.Subnets.Select(Json)]);
        if (spec.EnableIpv6)
            json["enableIpv6"] = true;
        if (spec.Internal)
            json["internal"] = true;
        if (!spec.Isolated)
            json["isolated"] = false;
        if (!spec.Masquerade)
            json["masquerade"] = false;
        if (spec.Mtu is { } mtu)
            json["mtu"] = mtu;
        return json;
    }

    private static JsonObject Json(SubnetSpec subnet)
    {
        JsonObject json = new() { ["subnet"] = subnet.Subnet };
        if (subnet.Gateway is { } gateway)
            json["gateway"] = gateway;
        if (subnet.Range is { } range)
            json["range"] = range;
        return json;
    }
}
