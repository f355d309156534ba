using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>A container in the form of inspect, and of a row of the list.</summary>
internal static class ContainerWriter
{
    public static DockerContainer Write(Container container, ContainerView view, HealthReport health, string[] execs, EnginePaths paths)
    {
        var config = Config(container, view);
        string[] arguments = [.. config.Entrypoint ?? [], .. config.Cmd ?? []];
        string folder = paths.Container(container.Id);
        return new()
        {
            Id = container.Id.Value,
            Created = DockerTime.Text(container.CreatedAt),
            Path = arguments.FirstOrDefault() ?? "",
            Args = [.. arguments.Skip(1)],
            State = DockerStates.Write(container, health),
            Image = view.ImageId(container),
            ResolvConfPath = folder + "/resolv.conf",
            HostnamePath = folder + "/hostname",
            HostsPath = folder + "/hosts",
            LogPath = LogPath(container, folder + "/log"),
            Name = "/" + container.Name,
            RestartCount = container.State.RestartCount,
            AppArmorProfile = container.Spec.AppArmor ?? "",
            ExecIds = execs.Length == 0 ? null : execs,
            HostConfig = HostConfigWriter.Write(container, view),
            GraphDriver = new(new()
            {
                ["ID"] = container.Id.Value,
                ["LowerDir"] = string.Join(':', (view.Image(container)?.Layers ?? []).Reverse()),
                ["MergedDir"] = folder + "/merged",
                ["UpperDir"] = folder + "/upper",
                ["WorkDir"] = folder + "/work",
            }, "overlay2"),
            Mounts = MountWriter.Points(container, view),
            Config = config,
            NetworkSettings = NetworkWriter.Write(container, view),
        };
    }

    public static DockerContainerRow Row(Container container, ContainerView view, DateTimeOffset now) => new()
    {
        Id = container.Id.Value,
        Names = ["/" + container.Name],
        Image = container.Spec.Image,
        ImageId = view.ImageId(container),
        Command = container.CommandLine,
        Created = container.CreatedAt.ToUnixTimeSeconds(),
        Ports = NetworkWriter.Row(container, view),
        Labels = view.Labels(container),
        State = DockerStates.Word(container.State.Status),
        Status = DockerStates.Sentence(container, now),
        HostConfig = new(NetworkWriter.Mode(container), view.Version.IsBefore(1, 46) ? null : HostConfigWriter.Annotations(container)),
        NetworkSettings = new(view.Places(container)),
        Mounts = MountWriter.Points(container, view),
    };

    /// <summary>The file that is being written: the highest number. Of what never ran there is none.</summary>
    private static string LogPath(Container container, string folder)
    {
        if (container.Spec.Log?.Off == true)
        {
            return "";
        }
        try
        {
            return Directory.EnumerateFiles(folder, "*.log").Max(StringComparer.Ordinal) ?? "";
        }
        catch (DirectoryNotFoundException)
        {
            return "";   // also of one that is just being removed
        }
    }

    /// <summary>The image's and what was asked over it, as Docker keeps them merged.</summary>
    private static DockerConfig Config(Container container, ContainerView view)
    {
        var (spec, aside) = (container.Spec, container.Spec.Docker ?? new DockerAside());
        var image = view.Image(container)?.Config ?? new ImageConfig();
        bool isImages = spec.Entrypoint.IsEmpty && !spec.NoEntrypoint;
        string[] entrypoint = [.. isImages ? image.Entrypoint : spec.Entrypoint], command = [.. !spec.Command.IsEmpty ? spec.Command : isImages ? image.Command : []];
        var exposed = NetworkWriter.Exposed(container, view).ToDictionary(port => port, _ => (EmptyObject?)EmptyObject.Instance);
        var volumes = image.Volumes.Concat(aside.Volumes).Distinct().ToDictionary(target => target, _ => (EmptyObject?)EmptyObject.Instance);
        return new()
        {
            Hostname = spec.Hostname ?? (spec.Namespaces.Uts.Source == NamespaceSource.New ? container.Id.Short : ""),
            Domainname = spec.Domainname ?? "",
            User = spec.User ?? image.User ?? "",
            AttachStdin = aside.AttachStdin,
            AttachStdout = aside.AttachStdout,
            AttachStderr = aside.AttachStderr,
            ExposedPorts = exposed.Count == 0 ? null : exposed,
            Tty = spec.Tty,
            OpenStdin = spec.OpenStdin,
            StdinOnce = aside.StdinOnce,
            Env = [.. Environment(image, spec)],
            Cmd = command.Length == 0 ? null : command,
            Healthcheck = Health(spec, image),
            Image = spec.Image,
            Volumes = volumes.Count == 0 ? null : volumes,
            WorkingDir = spec.WorkingDir ?? image.WorkingDir ?? "",
            Entrypoint = entrypoint.Length == 0 ? null : entrypoint,
            MacAddress = spec.Networks is [{ Mac: { } mac }, ..] ? mac : null,
            OnBuild = image.OnBuild.IsEmpty ? null : [.. image.OnBuild],
            Labels = view.Labels(container).ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            StopSignal = spec.StopSignal ?? image.StopSignal,
            StopTimeout = spec.StopGrace is { } grace ? (long)grace.TotalSeconds : null,
            Shell = image.Shell.IsEmpty ? null : [.. image.Shell],
        };
    }

    /// <summary>What was asked, then the image's that it does not replace, then PATH if nobody has it: Docker's order.</summary>
    private static IEnumerable<string> Environment(ImageConfig image, ContainerSpec spec)
    {
        var taken = new HashSet<string>();
        foreach (string entry in spec.Env.Concat(image.Env).Append("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
        {
            if (taken.Add(entry.Split('=', 2)[0]) && entry.Contains('=', StringComparison.Ordinal))
            {
                yield return entry;
            }
        }
    }

    private static DockerHealthConfig? Health(ContainerSpec spec, ImageConfig image)
    {
        var (asked, own) = (spec.Health, image.Healthcheck);
        string[] test = [.. asked is { Test.IsEmpty: false } ? asked.Test : own?.Test ?? []];
        return asked is null && own is null ? null : new()
        {
            Test = test,
            Interval = Nanoseconds(asked?.Interval ?? own?.Interval),
            Timeout = Nanoseconds(asked?.Timeout ?? own?.Timeout),
            StartPeriod = Nanoseconds(asked?.StartPeriod ?? own?.StartPeriod),
            StartInterval = Nanoseconds(asked?.StartInterval ?? own?.StartInterval),
            Retries = asked?.Retries ?? own?.Retries,
        };
    }

    private static long? Nanoseconds(TimeSpan? time) => time?.Ticks * 100;
}
