using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Registries;

/// <summary>How a registry is spoken to.</summary>
public enum RegistryWay { Usual, Https, Http }

/// <summary>A registry's settings as they are typed into the form, and what is wrong with them.</summary>
public sealed class RegistryModel
{
    private static readonly string[] s_hub = ["index.docker.io", "registry-1.docker.io", "hub.docker.com", "www.docker.com", "docker.com"];

    public RegistryModel()
    {
    }

    public RegistryModel(RegistrySettings settings)
    {
        (Host, Mirrors, Username, KeptUsername) = (settings.Host, string.Join('\n', settings.Mirrors), settings.Username ?? "", settings.Username);
        Way = settings.Insecure switch { null => RegistryWay.Usual, true => RegistryWay.Http, false => RegistryWay.Https };
    }

    public string Host { get; set; } = "";
    public RegistryWay Way { get; set; }

    /// <summary>One on each line.</summary>
    public string Mirrors { get; set; } = "";
    public string Username { get; set; } = "";
    public string Password { get; set; } = "";

    /// <summary>Whose password is kept already.</summary>
    public string? KeptUsername { get; }

    /// <summary>As people have it: copied out of a browser, too.</summary>
    public string Registry => Plain(Host);

    public bool ByHttp => new RegistrySettings(Registry, Insecure, [], null).ByHttp;

    /// <summary>There is a login to ask the registry about.</summary>
    public bool HasLogin => Username.Trim().Length > 0;

    public bool IsRight => Registry.Length > 0 && new[] { nameof(Host), nameof(Mirrors), nameof(Username), nameof(Password) }.All(name => Wrong(name) is null);

    public string? Wrong(string field) => field switch
    {
        nameof(Host) => Registry.Length == 0 || IsHost(Registry) ? null : T("registries.wrongHost"),
        nameof(Mirrors) => MirrorLines.FirstOrDefault(line => !IsHost(line)) is { } line ? T("registries.wrongMirror", line) : MirrorLines.Contains(Registry) ? T("registries.ownMirror") : null,
        nameof(Username) => Password.Length > 0 && !HasLogin ? T("registries.needsUsername") : Username.Contains(':', StringComparison.Ordinal) ? T("registries.wrongUsername") : null,
        nameof(Password) => HasLogin && Password.Length == 0 && Username.Trim() != KeptUsername ? T("registries.needsPassword") : null,
        _ => null,
    };

    public RegistryChange ToChange() => new()
    {
        Insecure = Insecure,
        Mirrors = [.. MirrorLines],
        Username = HasLogin ? Username.Trim() : null,
        Password = Password.Length > 0 ? Password : null,
    };

    /// <summary>The same as the call of Brig's API, without the password.</summary>
    public string Curl(string origin)
    {
        var json = new JsonObject { ["insecure"] = Insecure, ["mirrors"] = new JsonArray([.. MirrorLines.Select(line => (JsonNode)line)]) };
        if (HasLogin)
            (json["username"], json["password"]) = (Username.Trim(), "…");
        return $"curl -X PUT -H \"Authorization: Bearer $BRIG_TOKEN\" -H 'Content-Type: application/json' \\\n  -d '{json.ToJsonString(s_readable)}' \\\n  '{origin}/api/v1/registries/{Registry}{(HasLogin ? "?check=true" : "")}'";
    }

    private static readonly System.Text.Json.JsonSerializerOptions s_readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) };

    private bool? Insecure => Way switch { RegistryWay.Https => false, RegistryWay.Http => true, _ => null };

    private string[] MirrorLines => [.. Mirrors.Split(['\n', ' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Plain).Distinct()];

    private static string Plain(string text)
    {
        string host = text.Trim();
        int scheme = host.IndexOf("://", StringComparison.Ordinal);
        host = scheme < 0 ? host.TrimEnd('/') : host[(scheme + 3)..].Split('/')[0];
        return s_hub.Contains(host) ? ImageName.DockerHub : host;
    }

    private static bool IsHost(string host)
    {
        try
        {
            return !host.Contains('/', StringComparison.Ordinal) && ImageName.ParseRegistry(host) == host;
        }
        catch (EngineException)
        {
            return false;
        }
    }
}
