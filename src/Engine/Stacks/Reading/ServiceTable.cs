using System.Collections.Immutable;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Variables;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>Every key of a service.</summary>
internal static partial class ServiceTable
{
    /// <summary>As one text it is split as a shell does; a list is taken as it is. Null stays the image's.</summary>
    private static readonly Shape<ImmutableArray<string>> Command = Shapes.OneOf(scalar: Scalars.Text.To(SplitCommand), list: Shapes.ListOf(Scalars.Text));

    public static Table<ServiceDraft> Make()
    {
        var table = new Table<ServiceDraft>("service", "a service", node => new(new("", node.Place)))
            .Of("image", Scalars.Text, (service, value) => service with { Image = value }, "The image's name, as nginx:1.27.")
            .Of("build", BuildTable.Shape, (service, value) => service with { Build = value }, "How its image is built.")
            .Of("pull_policy", Scalars.Word(("missing", PullPolicy.Missing), ("if_not_present", PullPolicy.Missing), ("always", PullPolicy.Always), ("never", PullPolicy.Never), ("build", PullPolicy.Build)),
                (service, value) => service with { Pull = value }, "When the image is fetched.")
            .Of("container_name", Scalars.Name, (service, value) => service with { ContainerName = value }, "In place of stack-service-1; then there can be one only.")
            .Of("command", Command, (service, value) => service with { Command = value }, "In place of the image's.")
            .Of("entrypoint", Command, (service, value) => service with { Entrypoint = value }, "In place of the image's.")
            .Of("working_dir", Scalars.Text, (service, value) => service with { WorkingDir = value }, "An absolute path inside.")
            .Of("user", Scalars.Text, (service, value) => service with { User = value }, "user[:group], by name or number.")
            .Of("hostname", Scalars.Name, (service, value) => service with { Hostname = value })
            .Of("domainname", Scalars.Name, (service, value) => service with { Domainname = value })
            .Of("init", Scalars.Bool, (service, value) => service with { Init = value }, "A small init as PID 1.")
            .Of("read_only", Scalars.Bool, (service, value) => service with { ReadOnly = value }, "The image's files cannot be written to.")
            .Of("tty", Scalars.Bool, (service, value) => service with { Tty = value }, "A terminal instead of pipes.")
            .Of("stdin_open", Scalars.Bool, (service, value) => service with { StdinOpen = value }, "Keep standard input open.")
            .Of("stop_signal", Scalars.Text, (service, value) => service with { StopSignal = value }, "As SIGQUIT.")
            .Of("stop_grace_period", Scalars.Duration, (service, value) => service with { StopGrace = value }, "So long it may take to end; 10s.")
            .Of("labels", Pairs.Plain, (service, value) => service with { Labels = service.Labels.SetItems(value) }, "Of its containers.")
            .Of("annotations", Pairs.Plain, (service, value) => service with { Labels = service.Labels.SetItems(value) }, "Kept as labels.")
            .Of("profiles", Shapes.ListOf(Scalars.Name), (service, value) => service with { Profiles = value }, "It is made only when one of these is chosen.")
            .Of("depends_on", DependencyShapes.All, (service, value) => service with { DependsOn = value }, "What must be up before it.")
            .Of("healthcheck", HealthTable.Shape, (service, value) => service with { Health = value })
            .Of("volumes", MountShapes.All, (service, value) => service with { Mounts = [.. service.Mounts, .. value] }, "What is mounted in it.")
            .Of("tmpfs", MountShapes.Tmpfs, (service, value) => service with { Mounts = [.. service.Mounts, .. value] }, "Memory mounted as files.")
            .Of("configs", FileShapes.OfConfigs, (service, value) => service with { Configs = value })
            .Of("secrets", FileShapes.OfSecrets, (service, value) => service with { Secrets = value })
            .Add("environment", Pairs.WithNull, (draft, value) => draft with { Environment = value }, "Variables of its programs.")
            .Of("env_file", EnvFiles, (service, value) => service with { EnvFiles = value }, "Files with variables.")
            .Add("deploy", DeployTable.Table, (draft, value) => draft with { Deploy = value })
            .Add("scale", Scalars.Whole(0, 1000), (draft, value) => draft with { Scale = (int)value }, "How many containers.")
            .Add("restart", RestartShape.Shape, (draft, value) => draft with { Restart = value }, "no, always, on-failure[:times] or unless-stopped.")
            .Quiet("extends", "The service that this one is made from.")
            .Unused("links", "services of a network find each other by name; use depends_on for the order.")
            .Quiet("attach", "Logs are kept of all.")
            .Of("platform", Scalars.Platform, (service, _) => service, "This machine's: there is no other here.")
            .Of("logging", LoggingTable.Shape, (service, value) => service with { Log = value }, "How much of its output is kept.");
        Networking(table);
        Isolation(table);
        Amounts(table);
        Refusals(table);
        return table;
    }

    private static readonly Table<EnvFile> EnvFile = new Table<EnvFile>("envFile", "an env_file", node => new("", true, false, node.Place))
        .Require("path")
        .Add("path", Scalars.Text.To((path, node, _) => (true, MountShapes.Resolve(node, path))), (file, value) => file with { Path = value })
        .Add("required", Scalars.Bool, (file, value) => file with { Required = value }, "false: it may be missing.")
        .Add("format", Scalars.Word(("raw", true)), (file, value) => file with { Raw = value }, "raw: what is behind = is the value as it stands.");

    private static readonly Shape<EnvFile> EnvPath = Scalars.Text.To((path, node, _) => (true, new EnvFile(MountShapes.Resolve(node, path), true, false, node.Place)));

    private static readonly Shape<ImmutableArray<EnvFile>> EnvFiles = Shapes.OneOf(
        scalar: EnvPath.To(file => ImmutableArray.Create(file)),
        list: Shapes.ListOf(Shapes.OneOf(scalar: EnvPath, map: EnvFile)));

    /// <summary>A key that goes straight into the service.</summary>
    private static Table<ServiceDraft> Of<T>(this Table<ServiceDraft> table, string key, Shape<T> shape, Func<ComposeService, T, ComposeService> set, string help = "") =>
        table.Add(key, shape, (draft, value) => draft with { Service = set(draft.Service, value) }, help);

    private static (bool Good, ImmutableArray<string> Value) SplitCommand(string text, YamlNode node, ReadingContext context)
    {
        if (ShellWords.Split(text) is { } words)
        {
            return (true, [.. words]);
        }
        context.Error(node, "A quote in it is not closed; write a list if it is to be taken as it is.");
        return (false, []);
    }
}
