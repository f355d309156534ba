using System.Globalization;
using System.Text.Json.Nodes;
using Brig.Engine.Containers;

namespace Brig.Engine.Stacks.Reading;

internal static class RestartShape
{
    public static readonly Shape<RestartPolicy> Shape = new ScalarShape<RestartPolicy>(
        "a restart policy: no, always, on-failure, on-failure:5 or unless-stopped", (scalar, out value) => TryRead(scalar.Value, out value), Schema);

    private static bool TryRead(string text, out RestartPolicy value)
    {
        RestartPolicy? policy = text switch
        {
            "no" or "false" => RestartPolicy.No,
            "always" => new(RestartMode.Always),
            "unless-stopped" => new(RestartMode.UnlessStopped),
            "on-failure" => new(RestartMode.OnFailure),
            _ when text.StartsWith("on-failure:", StringComparison.Ordinal) && int.TryParse(text[11..], NumberStyles.None, CultureInfo.InvariantCulture, out int times) => new(RestartMode.OnFailure, times),
            _ => null,
        };
        value = policy ?? RestartPolicy.No;
        return policy is not null;
    }

    /// <summary>The words an editor offers, and beside them <c>on-failure:5</c>, a variable, and <c>no</c> where it is YAML's false.</summary>
    private static JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["enum"] = new JsonArray("no", "always", "on-failure", "unless-stopped") },
            new JsonObject { ["type"] = "string", ["pattern"] = @"^on-failure:[0-9]+$|\$" },
            new JsonObject { ["const"] = false }),
    };
}
