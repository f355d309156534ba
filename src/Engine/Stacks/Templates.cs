using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Brig.Engine.Stacks;

/// <summary>Stacks to begin with; their files lie in the folder Templates as people would have them.</summary>
internal static class Templates
{
    private static readonly ImmutableArray<StackTemplate> Kept =
    [
        new("demo", "Two containers that find each other", "A web server and a visitor, both of the image that Brig brings along: it needs no network.", Texts("demo")),
        new("web-postgres", "Web server, application and PostgreSQL", "nginx hands on to a Python application, which counts in a database that keeps its files in a volume.", Texts("web-postgres")),
        new("web-redis", "Web application and Redis", "A Python application that counts its visits in a Redis that keeps them in a volume.", Texts("web-redis")),
    ];

    public static ImmutableArray<StackTemplate> All() =>
        [.. Kept.Select(one => one.Key == "web-postgres" ? one with { Texts = one.Texts.Add(".env", $"# Made for this stack. The database takes it over when its volume is new.\nDB_PASSWORD={RandomNumberGenerator.GetHexString(24, lowercase: true)}\n") } : one)];

    private static ImmutableDictionary<string, string> Texts(string key)
    {
        string folder = $"templates/{key}/";
        var own = typeof(Templates).Assembly;
        return own.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).ToImmutableDictionary(name => name[folder.Length..], name =>
        {
            using var reader = new StreamReader(own.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        });
    }
}
