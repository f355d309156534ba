using System.Collections.Immutable;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Merging;
using Brig.Engine.Stacks.Variables;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Compose;

/// <summary>From the files of a stack to one tree: each is read, its variables put in, <c>extends</c> and <c>include</c> followed, and one merged over the other.</summary>
internal sealed class ComposeLoader(StackFolder folder, Findings findings)
{
    private const int MostFiles = 100;
    private const long MostNodes = 1_000_000;

    private int _files;
    private long _nodes;

    /// <summary>Null: not even a tree came of it, and the findings say why.</summary>
    /// <param name="files">At least one; the first one's folder is what relative paths are relative to.</param>
    public YamlMap? Load(IReadOnlyList<string> files, IReadOnlyDictionary<string, string> variables)
    {
        try
        {
            var whole = Project(files, Parent(files[0]), variables, null, []);
            return NodeMerge.Clean(whole) as YamlMap;
        }
        catch (YamlFailure e)
        {
            findings.Error(e);
            return null;
        }
    }

    /// <summary>What is set where those files are: .env, and what was given over it.</summary>
    public IReadOnlyDictionary<string, string> Variables(IEnumerable<string> files, IReadOnlyDictionary<string, string> given, YamlNode? asked = null)
    {
        var all = new Dictionary<string, string>(given, StringComparer.Ordinal);
        foreach (string file in files)
        {
            if (Read(file, asked) is not { } text)
            {
                if (asked is not null)
                {
                    findings.Error(asked, $"There is no file {Text.Short(file)} in the stack.");
                }
                continue;
            }
            try
            {
                foreach (var (name, value) in DotEnv.Parse(text, given.GetValueOrDefault).Where(pair => pair.Value is not null))
                {
                    if (!given.ContainsKey(name))
                    {
                        all[name] = value!;
                    }
                }
            }
            catch (DotEnvFailure e)
            {
                findings.Error(new TextPlace(file, e.Line, 1), e.Message);
            }
        }
        return all;
    }

    /// <param name="at">What names the files; null: whoever made the stack.</param>
    /// <param name="chain">The files that include this one.</param>
    private YamlMap Project(IReadOnlyList<string> files, string directory, IReadOnlyDictionary<string, string> variables, YamlNode? at, ImmutableArray<string> chain)
    {
        YamlMap? whole = null;
        foreach (string path in files)
        {
            string file = Normal(path, at);
            if (chain.Contains(file))
            {
                throw new YamlFailure(at!.Place, $"The files include each other in a circle: {string.Join(", ", chain)}, {file}.");
            }
            var tree = new Extension(this, variables).Apply(Tree(new(file, directory), variables, at));
            tree = Included(tree, variables, chain.Add(file));
            whole = whole is null ? tree : NodeMerge.Merge(whole, tree, []) as YamlMap ?? tree;
        }
        return whole!;
    }

    /// <summary>A file's top, its variables put in.</summary>
    internal YamlMap Tree(YamlFile file, IReadOnlyDictionary<string, string> variables, YamlNode? at)
    {
        if (++_files > MostFiles)
        {
            throw new YamlFailure(at?.Place ?? new(file.Name, 1, 1), $"The stack has more than {MostFiles} files.");
        }
        string text = Read(file.Name, at) ?? throw new YamlFailure(at?.Place ?? new(file.Name, 1, 1), $"There is no file {Text.Short(file.Name)} in the stack.");
        var node = YamlReader.Read(file, text) ?? throw new YamlFailure(new(file.Name, 1, 1), "The file is empty; it needs at least services.");
        if ((_nodes += node.Weight) > MostNodes)
        {
            throw new YamlFailure(node.Place, $"The stack's files have more than {MostNodes} values together.");
        }
        return new NodeSubstitution(variables, findings).Apply(node) as YamlMap
            ?? throw new YamlFailure(node.Place, $"The file holds {node.Kind}, and must be a mapping with services.");
    }

    internal string Normal(string path, YamlNode? at)
    {
        try
        {
            return folder.Normal(path);
        }
        catch (EngineException e)
        {
            throw new YamlFailure(at?.Place ?? new(path, 1, 1), e.Message);
        }
    }

    internal static string Parent(string path) => path.LastIndexOf('/') is var slash && slash < 0 ? "" : slash == 0 ? "/" : path[..slash];

    internal static string Under(string directory, string path) => path.StartsWith('/') || directory.Length == 0 ? path : $"{directory}/{path}";

    private YamlMap Included(YamlMap tree, IReadOnlyDictionary<string, string> variables, ImmutableArray<string> chain)
    {
        if (tree["include"] is not { } include)
        {
            return tree;
        }
        tree = tree.Without("include");
        if (include is not YamlList list)
        {
            findings.Error(include, $"include: This is {include.Kind}, and must be a list of files.");
            return tree;
        }
        foreach (var item in list.Items)
        {
            var paths = Texts(item is YamlMap map ? map["path"] : item);
            if (paths.IsEmpty || (item as YamlMap)?.Entries.FirstOrDefault(entry => entry.Key.Value is not ("path" or "project_directory" or "env_file")) is { })
            {
                findings.Error(item, "include: This must be a file's path, or a mapping with path, and if needed project_directory and env_file.");
                continue;
            }
            string[] files = [.. paths.Select(path => Under(item.File.Folder, path))];
            string directory = (item as YamlMap)?["project_directory"] is YamlScalar asked ? Under(item.File.Folder, asked.Value) : Parent(files[0]);
            var envFiles = Texts((item as YamlMap)?["env_file"]);
            var theirs = envFiles.IsEmpty
                ? Variables([Under(directory, ".env")], variables)
                : Variables(envFiles.Select(file => Under(item.File.Folder, file)), variables, item);
            tree = Together(tree, Project(files, directory, theirs, item, chain), item);
        }
        return tree;
    }

    /// <summary>What an included file has is added; nothing of it can be said twice.</summary>
    private YamlMap Together(YamlMap tree, YamlMap other, YamlNode at)
    {
        foreach (string section in (string[])["services", "networks", "volumes", "configs", "secrets"])
        {
            if (other[section] is not YamlMap theirs)
            {
                continue;
            }
            if (tree[section] is not YamlMap ours)
            {
                tree = tree.Set(section, theirs);
                continue;
            }
            foreach (var entry in theirs.Entries)
            {
                if (ours[entry.Key.Value] is { } first)
                {
                    findings.Error(at, $"include: {section}.{entry.Key.Value} is in {entry.Value.Place} and in {first.Place} too; one of them must have another name.");
                    continue;
                }
                ours = ours.With(ours.Entries.Add(entry));
            }
            tree = tree.Set(section, ours);
        }
        return tree;
    }

    private string? Read(string path, YamlNode? at)
    {
        try
        {
            return folder.ReadText(path, YamlReader.MostBytes);
        }
        catch (EngineException e)
        {
            throw new YamlFailure(at?.Place ?? new(path, 1, 1), e.Message);
        }
    }

    private static ImmutableArray<string> Texts(YamlNode? node) => node switch
    {
        YamlScalar { IsNull: false } scalar => [scalar.Value],
        YamlList list when list.Items.All(item => item is YamlScalar) => [.. list.Items.Select(item => ((YamlScalar)item).Value)],
        _ => [],
    };
}
