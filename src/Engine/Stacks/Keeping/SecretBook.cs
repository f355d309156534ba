using System.Collections.Immutable;
using Brig.Engine.Images.Registry;
using Brig.Engine.State;
using Brig.Engine.Stacks.Reading;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>The secrets that stacks call external: kept encrypted, told to nobody but the containers.</summary>
internal sealed class SecretBook(ISettings settings, SecretBox box)
{
    private const string Prefix = "stack-secret/";
    private const int MostChars = 1 << 20;

    public ImmutableArray<string> Names() => [.. settings.SettingsUnder(Prefix).Keys.Select(key => key[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Null: there is none of that name.</summary>
    public string? Read(string name) => settings.SettingsUnder(Prefix + name).TryGetValue(Prefix + name, out string? closed)
        ? box.Open(closed, Prefix + name) ?? throw EngineException.Failed($"The secret {name} was kept with another key than Brig has now; set it anew.")
        : null;

    public Task SetAsync(string name, string content, CancellationToken stop)
    {
        if (!Scalars.IsName(name))
        {
            throw EngineException.Invalid($"\"{Text.Short(name)}\" cannot be a secret's name; it has letters, digits, '.', '_' and '-'.");
        }
        return content.Length <= MostChars
            ? settings.SetAsync(Prefix + name, box.Close(content, Prefix + name), stop)
            : throw EngineException.Invalid("A secret has 1 MB at most.");
    }

    public Task RemoveAsync(string name, CancellationToken stop) =>
        Read(name) is null ? throw EngineException.NotFound($"There is no secret \"{Text.Short(name)}\".") : settings.RemoveAsync(Prefix + name, stop);
}
