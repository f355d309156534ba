using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Engine.Build;

/// <summary>The instructions that change the configuration alone.</summary>
internal static class ConfigSteps
{
    /// <param name="commandIsOurs">CMD stood in this stage: an ENTRYPOINT after it does not take it away.</param>
    public static Draft Apply(Draft draft, Instruction instruction, Expansion expansion, ref bool commandIsOurs)
    {
        var config = draft.Config;
        switch (instruction)
        {
            case CmdInstruction cmd:
                commandIsOurs = true;
                return draft.Configured(config with { Command = Command(config, cmd.Command) }, cmd.Text);
            case EntrypointInstruction entrypoint:
                return draft.Configured(config with { Entrypoint = Command(config, entrypoint.Command), Command = commandIsOurs ? config.Command : [] }, entrypoint.Text);
            case ShellInstruction shell:
                return draft.Configured(config with { Shell = shell.Shell }, shell.Text);
            case LabelInstruction label:
                var labels = config.Labels.SetItems(label.Pairs.Select(pair => KeyValuePair.Create(expansion.Word(pair.Name), expansion.Word(pair.Value))));
                return draft.Configured(config with { Labels = labels }, "LABEL " + string.Join(' ', label.Pairs.Select(pair => $"{expansion.Word(pair.Name)}={expansion.Word(pair.Value)}")));
            case ExposeInstruction expose:
                var ports = expose.Ports.SelectMany(port => expansion.Word(port).Split(' ', StringSplitOptions.RemoveEmptyEntries)).SelectMany(port => Ports(port, expose.At));
                return draft.Configured(config with { ExposedPorts = [.. config.ExposedPorts.Union(ports).Order(StringComparer.Ordinal)] }, $"EXPOSE {string.Join(' ', expose.Ports.Select(expansion.Word))}");
            case VolumeInstruction volume:
                string[] paths = [.. volume.Paths.Select(path => InnerPath.Of(expansion.Word(path), null, volume.At))];
                return draft.Configured(config with { Volumes = [.. config.Volumes.Union(paths).Order(StringComparer.Ordinal)] }, "VOLUME " + string.Join(' ', paths));
            case UserInstruction user:
                string name = expansion.Word(user.User);
                Checked(() => SpecCheck.User(name), user.At);
                return draft.Configured(config with { User = name }, "USER " + name);
            case StopSignalInstruction stop:
                string signal = expansion.Word(stop.Signal);
                Checked(() => Signals.Parse(signal), stop.At);
                return draft.Configured(config with { StopSignal = signal }, "STOPSIGNAL " + signal);
            case MaintainerInstruction maintainer:
                return draft.Configured(config, maintainer.Text) with { Author = maintainer.Name };
            case OnBuildInstruction trigger:
                return draft.Configured(config with { OnBuild = config.OnBuild.Add(trigger.Trigger) }, trigger.Text);
            case HealthCheckInstruction check:
                return draft.Configured(config with { Healthcheck = Health(check) }, check.Text);
            default:
                throw new InvalidOperationException($"{instruction.GetType().Name} is no configuration.");
        }
    }

    private static ImmutableArray<string> Command(ImageConfig config, CommandText command) =>
        command.Shell is not { } text ? command.Exec : config.Shell.IsEmpty ? ["/bin/sh", "-c", text] : [.. config.Shell, text];

    private static ImageHealthcheck Health(HealthCheckInstruction check) => check.Test is not { } test
        ? new(["NONE"])
        : new(test.Shell is { } text ? ["CMD-SHELL", text] : ["CMD", .. test.Exec], check.Interval, check.Timeout, check.StartPeriod, check.Retries, check.StartInterval);

    /// <summary><c>80</c>, <c>53/udp</c>, <c>8000-8010/tcp</c>, as the configuration has them: each alone, with its protocol.</summary>
    private static IEnumerable<string> Ports(string text, int at)
    {
        string[] parts = text.Split('/');
        string protocol = parts.Length == 2 ? parts[1].ToLowerInvariant() : "tcp";
        string[] range = parts[0].Split('-');
        if (parts.Length > 2 || protocol is not ("tcp" or "udp" or "sctp") || range.Length > 2
            || !ushort.TryParse(range[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort first)
            || !ushort.TryParse(range[^1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort last) || first == 0 || last < first)
        {
            throw Dockerfile.At(at, $"\"{Text.Short(text)}\" is no port: write for example 80, 53/udp or 8000-8010");
        }
        return Enumerable.Range(first, last - first + 1).Select(port => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"));
    }

    private static void Checked(Action check, int at)
    {
        try
        {
            check();
        }
        catch (EngineException e)
        {
            throw Dockerfile.At(at, e.Message.TrimEnd('.'));
        }
    }
}
