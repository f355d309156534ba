using System.Collections.Immutable;
using System.Text;
using Brig.Engine.Stacks.Yaml;
using Brig.Linux;

namespace Brig.Engine.Stacks.Files;

/// <summary>
/// Where a stack's files are read from. Of a stack made over the API that is a folder of its own, which no path leaves: not by <c>..</c>, not by a link, not by being absolute.
/// Of a stack made from a folder of this machine every path means what it means there, for who made it so may read the machine.
/// </summary>
/// <param name="root">An absolute path.</param>
/// <param name="isHosts">A folder of this machine.</param>
/// <param name="unsaved">Texts in place of files, by their paths in the folder: what an editor holds.</param>
internal sealed class StackFolder(string root, bool isHosts, IReadOnlyDictionary<string, string>? unsaved = null)
{
    public string Root { get; } = root;
    public bool IsHosts { get; } = isHosts;

    /// <summary>Null: there is no such file, or it is no regular one.</summary>
    /// <param name="path">Relative to the folder, or absolute.</param>
    /// <exception cref="EngineException">Invalid: it leaves the folder, or is larger.</exception>
    public byte[]? Read(string path, int most)
    {
        string inside = Normal(path);
        if (unsaved?.TryGetValue(inside, out string? text) == true)
        {
            return Encoding.UTF8.GetBytes(text);
        }
        if (!Directory.Exists(Root))
        {
            return null;
        }
        // A path of a stack's own folder was normalised and is resolved in it; one of the machine's from its root.
        using var tree = new RootedTree(inside.StartsWith('/') ? "/" : Root);
        return tree.ReadBytes(inside.TrimStart('/'), most, out bool isLarger)
            ?? (isLarger ? throw EngineException.Invalid($"The file {Text.Short(path)} is larger than {most >> 20} MB.") : null);
    }

    /// <summary>As text, and remembered in <see cref="Texts"/>: the Compose files, and what they are read with.</summary>
    public string? ReadText(string path, int most)
    {
        if (Read(path, most) is not { } bytes)
        {
            return null;
        }
        string text = Encoding.UTF8.GetString(bytes);
        Texts = Texts.SetItem(Normal(path), text);
        return text;
    }

    /// <summary>What was read as text: from these alone the same comes again.</summary>
    public ImmutableDictionary<string, string> Texts { get; private set; } = ImmutableDictionary<string, string>.Empty;

    /// <exception cref="EngineException">Invalid: it is larger than a Compose file may be. A container that has the folder may have made it a terabyte.</exception>
    public bool Has(string path) => Read(path, YamlReader.MostBytes) is not null;

    /// <summary>Of a relative path: it does not leave the folder.</summary>
    public bool IsInside(string path) => Normal(path) is var normal && !normal.StartsWith('/');

    /// <summary>For mounts and build contexts: the path on this machine. Of a stack's own folder only what is reached without a link.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public string OnHost(string path)
    {
        string inside = Normal(path);
        if (inside.StartsWith('/'))
        {
            return inside;
        }
        string at = Root;
        foreach (string part in IsHosts ? [] : inside.Split('/'))
        {
            at += "/" + part;
            if (new FileInfo(at).LinkTarget is not null)
            {
                throw EngineException.Invalid($"The path {Text.Short(path)} goes over a link; in a stack's own folder a mount and a build must not.");
            }
        }
        return inside == "." ? Root : $"{Root}/{inside}";
    }

    /// <summary>Without <c>.</c>, <c>..</c> and doubled slashes; relative to the folder unless it is absolute and may be.</summary>
    /// <exception cref="EngineException">Invalid: it leaves the folder.</exception>
    public string Normal(string path)
    {
        bool isAbsolute = path.StartsWith('/');
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (!isAbsolute)
            {
                parts.Add("..");
            }
        }
        string normal = (isAbsolute ? "/" : "") + string.Join('/', parts);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw EngineException.Invalid("A path has no NUL in it.");
        }
        if (!IsHosts && (isAbsolute || parts is ["..", ..]))
        {
            throw EngineException.Invalid($"The path {Text.Short(path)} leaves the stack's folder; upload the file, or make the stack from a folder of this machine.");
        }
        if (IsHosts && parts is ["..", ..])
        {
            return Path.GetFullPath(Root + "/" + normal);
        }
        return normal.Length == 0 ? isAbsolute ? "/" : "." : normal;
    }
}
