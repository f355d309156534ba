using System.Collections.Immutable;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>Configs and secrets: what the stack has, and where a service sees them.</summary>
internal static class FileShapes
{
    public static readonly Shape<ImmutableArray<ServiceFile>> OfConfigs = Of("config", source => "/" + source, target => target.StartsWith('/') ? target : "/" + target);
    public static readonly Shape<ImmutableArray<ServiceFile>> OfSecrets = Of("secret", source => "/run/secrets/" + source, target => target.StartsWith('/') ? target : "/run/secrets/" + target);

    public static readonly Shape<ComposeFile> Config = Top("topConfig", "a config", table => table.Add("content", Scalars.Text, (file, value) => file with { Content = value }, "The content itself."));
    public static readonly Shape<ComposeFile> Secret = Top("topSecret", "a secret", table => table.Refuse("content", "it would stand in the file for everybody to read; use file, environment or external."));

    private static Shape<ImmutableArray<ServiceFile>> Of(string what, Func<string, string> usual, Func<string, string> under)
    {
        var table = new Table<ServiceFile>("service" + char.ToUpperInvariant(what[0]) + what[1..], "a service's " + what, node => new("", "", node.Place))
            .Require("source")
            .Add("source", Scalars.Name, (file, value) => file with { Source = value }, $"The {what}'s name.")
            .Add("target", Scalars.Text, (file, value) => file with { Target = under(value) }, "The path inside.")
            .Add("uid", Scalars.Whole(0, uint.MaxValue - 1), (file, value) => file with { Uid = (uint)value }, "Its owner inside.")
            .Add("gid", Scalars.Whole(0, uint.MaxValue - 1), (file, value) => file with { Gid = (uint)value }, "Its group inside.")
            .Add("mode", Scalars.Mode, (file, value) => file with { Mode = value }, "Octal permissions.");
        return Shapes.ListOf(Shapes.OneOf(
            scalar: Scalars.Name.To((name, node, _) => (true, new ServiceFile(name, usual(name), node.Place))),
            map: table.To((file, _, _) => (file.Source.Length > 0, file.Target.Length > 0 ? file : file with { Target = usual(file.Source) }))));
    }

    private static Shape<ComposeFile> Top(string name, string what, Func<Table<ComposeFile>, Table<ComposeFile>> more)
    {
        var table = more(new Table<ComposeFile>(name, what, node => new("", null, null, null, null, node.Place)))
            .Add("file", Scalars.Text.To((path, node, _) => (true, MountShapes.Resolve(node, path))), (file, value) => file with { File = value }, "A file of the stack.")
            .Add("environment", Scalars.Text, (file, value) => file with { Environment = value }, "The variable whose value it is.")
            .Add("external", TopTables.External, (file, value) => value.Is ? file with { External = value.Name ?? "" } : file, "Brig keeps it by this name.")
            .Add("name", Scalars.Text, (file, value) => file with { Name = value }, "The name Brig keeps it by.")
            .Quiet("labels", "For people.")
            .Refuse("driver", "Brig keeps secrets itself.")
            .Refuse("driver_opts", "Brig keeps secrets itself.")
            .Refuse("template_driver", "the content is taken as it stands.");
        return table.To((file, node, context) =>
        {
            int sources = new[] { file.File, file.Environment, file.Content, file.External }.Count(source => source is not null);
            if (sources != 1)
            {
                context.Error(node, sources == 0 ? $"It is not said where its content comes from: file, environment{(what == "a config" ? ", content" : "")} or external." : "Its content can come from one place only.");
            }
            return (sources == 1, file);
        });
    }
}
