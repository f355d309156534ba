using System.Collections.Immutable;
using System.Globalization;

namespace Brig.Engine.Build.Dockerfiles;

internal enum RunMountType
{
    /// <summary>Files of the context, of a stage or of an image.</summary>
    Bind,

    /// <summary>A folder that builds keep for each other.</summary>
    Cache,

    /// <summary>In memory, gone after the step.</summary>
    Tmpfs,

    /// <summary>A file with what only this step may know.</summary>
    Secret,
}

/// <summary>How several steps share a cache at once.</summary>
internal enum CacheSharing { Shared, Private, Locked }

/// <summary>What one <c>RUN --mount=…</c> says, its variables filled in (Dockerfile reference, RUN --mount).</summary>
/// <param name="Target">Absolute.</param>
/// <param name="Source">A path below the context's or the stage's root; empty: all of it.</param>
/// <param name="From">A stage's name or number, or an image; null: the context.</param>
/// <param name="Id">Of a cache or a secret.</param>
internal sealed record RunMount(RunMountType Type, string Target, string Source, string? From, bool ReadOnly, string Id, CacheSharing Sharing, uint? Mode, uint Uid, uint Gid, long? Size, bool Required)
{
    private static readonly ImmutableArray<string> s_types = ["bind", "cache", "tmpfs", "secret"];

    /// <param name="text">Behind <c>--mount=</c>: <c>type=cache,target=/x,…</c>.</param>
    /// <param name="fill">Fills in variables, and takes quotes away.</param>
    /// <exception cref="EngineException">Invalid: with the line.</exception>
    public static RunMount Parse(string text, Func<string, string> fill, string? workingDir, int at)
    {
        var fields = Fields(text).Select(field => (Name: Canonical(field.Name), Value: field.Value is null ? null : fill(field.Value))).ToArray();
        string typed = Value("type") ?? "bind";
        int index = s_types.IndexOf(typed);
        if (index < 0)
        {
            throw Wrong(typed == "ssh" ? "type=ssh is not built here; give the key as a secret" : $"type={Text.Short(typed)} is not known; there are {string.Join(", ", s_types)}");
        }
        var type = (RunMountType)index;
        string[] known = type switch
        {
            RunMountType.Bind => ["type", "target", "source", "from", "readonly", "readwrite"],
            RunMountType.Cache => ["type", "target", "id", "readonly", "readwrite", "sharing", "mode", "uid", "gid"],
            RunMountType.Tmpfs => ["type", "target", "size"],
            _ => ["type", "target", "id", "required", "mode", "uid", "gid"],
        };
        if (fields.FirstOrDefault(field => !known.Contains(field.Name)).Name is { } odd)
        {
            throw Wrong($"type={typed} has no option {Text.Short(odd)}; it has {string.Join(", ", known)}");
        }
        string? id = Value("id"), target = Value("target") ?? (type == RunMountType.Secret && id is not null ? "/run/secrets/" + id.Split('/')[^1] : null);
        if (string.IsNullOrEmpty(target))
        {
            throw Wrong(type == RunMountType.Secret ? "a secret needs an id" : "the target is missing: target=/where");
        }
        target = InnerPath.Of(target, workingDir, at);
        bool isReadOnly = Switch("readonly", type is RunMountType.Bind or RunMountType.Secret) && !Switch("readwrite", false);
        var sharing = Value("sharing") is not { } how ? CacheSharing.Shared
            : Enum.TryParse<CacheSharing>(how, ignoreCase: true, out var parsed) && how.All(char.IsAsciiLetter) ? parsed : throw Wrong($"sharing={Text.Short(how)} is not known; there are shared, private and locked");
        return new(type, target, Value("source") ?? "", Value("from"), isReadOnly, id ?? (type == RunMountType.Secret ? target.Split('/')[^1] : target), sharing, Mode(), Number("uid"), Number("gid"), Size(), Switch("required", false));

        string? Value(string name) => fields.LastOrDefault(field => field.Name == name) is { Name: not null } field ? field.Value ?? "" : null;
        bool Switch(string name, bool standard) => Value(name) switch { null => standard, "" or "true" or "1" => true, "false" or "0" => false, var other => throw Wrong($"{name}={Text.Short(other)} must be true or false") };
        uint Number(string name) => Value(name) is not { } value ? 0 : uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number < 65_536 ? number : throw Wrong($"{name}={Text.Short(value)} is no id");
        uint? Mode() => Value("mode") is not { } value ? null : value.Length is > 0 and <= 5 && value.All(c => c is >= '0' and <= '7') ? Convert.ToUInt32(value, 8) & 0xFFF : throw Wrong($"mode={Text.Short(value)} must be octal, for example 0755");
        long? Size() => Value("size") is not { } value ? null : Bytes(value) ?? throw Wrong($"size={Text.Short(value)} is no size; write for example 64m");
        EngineException Wrong(string why) => Dockerfile.At(at, $"RUN --mount={Text.Short(text)}: {why}");
    }

    /// <summary>The stage or image a mount takes from, before anything is filled in; null: none.</summary>
    public static string? FromOf(string text) => Fields(text).LastOrDefault(field => Canonical(field.Name) == "from") is { Value: { Length: > 0 } from } ? from : null;

    private static IEnumerable<(string Name, string? Value)> Fields(string text) => text.Trim('"').Split(',').Select(field =>
        field.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? (field[..equals].Trim().ToLowerInvariant(), (string?)field[(equals + 1)..]) : (field.Trim().ToLowerInvariant(), null));

    private static string Canonical(string name) => name switch { "dst" or "destination" => "target", "src" => "source", "ro" => "readonly", "rw" => "readwrite", _ => name };

    private static long? Bytes(string text)
    {
        string lower = text.ToLowerInvariant().TrimEnd('b');
        int shift = lower.Length == 0 ? 0 : lower[^1] switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        return long.TryParse(shift > 0 ? lower[..^1] : lower, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count is > 0 and < 1L << 31 ? count << shift : null;
    }
}
