using System.Collections.Immutable;
using System.Text.Json;

namespace Brig.Engine.Isolation.Seccomp;

/// <summary>One object of a profile's JSON, and what it is called in a sentence. A member that is null is a member that is not there.</summary>
internal sealed class ProfileObject
{
    private readonly Dictionary<string, JsonElement> _members = [];

    /// <param name="called">For example <c>syscalls[3]</c>; empty: the profile itself.</param>
    public ProfileObject(JsonElement element, string called)
    {
        Called = called;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("must be an object in braces");
        }
        foreach (var member in element.EnumerateObject())
        {
            if (!_members.TryAdd(member.Name, member.Value))
            {
                throw Wrong($"has \"{Brig.Engine.Text.Short(member.Name)}\" twice");
            }
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                _members.Remove(member.Name);
            }
        }
    }

    public string Called { get; set; }

    public void Allow(params ReadOnlySpan<string> known)
    {
        foreach (string name in _members.Keys)
        {
            if (!known.Contains(name))
            {
                throw Wrong($"has the member \"{Brig.Engine.Text.Short(name)}\", which nobody knows.{Near.Hint(name, known.ToArray())}");
            }
        }
    }

    public string? Text(string name) => !_members.TryGetValue(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong($"has a {name} that is no text");

    public ulong? Number(string name) => !_members.TryGetValue(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number) ? number : throw Wrong($"has a {name} that is no whole number from 0 to 18446744073709551615");

    public ProfileObject? Object(string name) => _members.TryGetValue(name, out var value) ? new(value, Inner(name)) : null;

    public ImmutableArray<string> Strings(string name) =>
        [.. List(name).Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong($"has something in {name} that is no text"))];

    public IEnumerable<ProfileObject> Objects(string name) => List(name).Select((value, i) => new ProfileObject(value, Inner($"{name}[{i}]")));

    public EngineException Wrong(string what) =>
        EngineException.Invalid($"{(Called.Length == 0 ? "The seccomp profile" : $"In the seccomp profile, {Called}")} {what}{(what.EndsWith('?') || what.EndsWith('.') ? "" : ".")}");

    private JsonElement.ArrayEnumerator List(string name) => !_members.TryGetValue(name, out var value) ? default
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong($"has a {name} that is no list in brackets");

    private string Inner(string name) => Called.Length == 0 ? name : $"{Called}.{name}";
}
