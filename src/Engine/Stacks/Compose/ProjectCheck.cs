using System.Collections.Immutable;

namespace Brig.Engine.Stacks.Compose;

/// <summary>What can be known to be wrong once all of it is read: names that nothing has, circles, what excludes each other.</summary>
internal static class ProjectCheck
{
    public static void Check(ComposeProject project, Findings findings)
    {
        foreach (var service in project.Services.Values)
        {
            void Wrong(TextPlace place, string sentence) => findings.Error(place, $"services.{service.Name}: {sentence}");
            if (service.Image is null && service.Build is null)
            {
                Wrong(service.Place, "It has neither image nor build.");
            }
            if (service is { Entrypoint: { IsEmpty: true }, Command: null or { IsEmpty: true } } or { Entrypoint: null, Command: { IsEmpty: true } })
            {
                Wrong(service.Place, "An empty command or entrypoint takes the image's away, and then there is nothing to run; name the program in entrypoint.");
            }
            Names(project, service, Wrong);
            Ports(service, Wrong);
            Copies(service, findings);
        }
        Order(project, findings);
    }

    /// <summary>What only one container can have. Also asked when a service is scaled without its file.</summary>
    public static void Copies(ComposeService service, Findings findings)
    {
        if (service.ContainerName is not null && service.Replicas > 1)
        {
            findings.Error(service.Place, $"services.{service.Name}: {service.Replicas} containers cannot have the one name {service.ContainerName}; leave container_name out.");
        }
        foreach (var port in service.Ports.Where(port => port.Published is not null && (port.PublishedLast ?? port.Published) - port.Published + 1 < service.Replicas))
        {
            findings.Error(port.Place, $"services.{service.Name}: The port {port.Published} cannot lead to {service.Replicas} containers; give a range, leave out the machine's port, or put a proxy before them.");
        }
    }

    private static void Names(ComposeProject project, ComposeService service, Action<TextPlace, string> wrong)
    {
        foreach (var network in service.Networks.Where(network => network.Network != "default" && !project.Networks.ContainsKey(network.Network)))
        {
            wrong(network.Place, $"There is no network \"{network.Network}\"; add it to networks at the top.");
        }
        if (service.NetworkMode is not null && !service.Networks.IsEmpty)
        {
            wrong(service.Place, "network_mode and networks exclude each other; leave one out.");
        }
        foreach (var mount in service.Mounts.Where(mount => mount is { Kind: ServiceMountKind.Volume, Source: not null } && !project.Volumes.ContainsKey(mount.Source)))
        {
            wrong(mount.Place, $"There is no volume \"{Text.Short(mount.Source!)}\"; add it to volumes at the top, or write a path that begins with ./ or /.");
        }
        foreach (var file in service.Configs.Where(file => !project.Configs.ContainsKey(file.Source)))
        {
            wrong(file.Place, $"There is no config \"{file.Source}\"; add it to configs at the top.");
        }
        foreach (var file in service.Secrets.Where(file => !project.Secrets.ContainsKey(file.Source)))
        {
            wrong(file.Place, $"There is no secret \"{file.Source}\"; add it to secrets at the top.");
        }
        foreach (string from in service.VolumesFrom.Where(from => !from.StartsWith("container:", StringComparison.Ordinal) && !project.Services.ContainsKey(from.Split(':')[0])))
        {
            wrong(service.Place, $"There is no service \"{Text.Short(from)}\" for volumes_from.");
        }
        var targets = service.Mounts.Select(mount => (mount.Target, mount.Place)).Concat(service.Configs.Concat(service.Secrets).Select(file => (file.Target, file.Place)));
        foreach (var again in targets.GroupBy(pair => pair.Target.TrimEnd('/')).Where(group => group.Count() > 1))
        {
            wrong(again.Last().Place, $"Two things are mounted on {again.Key}.");
        }
        foreach (string mode in new[] { service.NetworkMode, service.Pid, service.Ipc, service.Uts }.OfType<string>().Where(mode => mode.StartsWith("service:", StringComparison.Ordinal)))
        {
            if (!project.Services.ContainsKey(mode[8..]))
            {
                wrong(service.Place, $"There is no service \"{mode[8..]}\" for {mode}.");
            }
        }
    }

    private static void Ports(ComposeService service, Action<TextPlace, string> wrong)
    {
        if (service.NetworkMode is { } mode and not "bridge" && !service.Ports.IsEmpty)
        {
            wrong(service.Ports[0].Place, mode == "host" ? "With the host's network its ports are the machine's anyway; leave ports out." : $"Ports are published by who has the network; with {mode} leave them out.");
        }
    }

    private static void Order(ComposeProject project, Findings findings)
    {
        foreach (var service in project.Services.Values)
        {
            foreach (var dependency in service.DependsOn)
            {
                if (!project.Services.TryGetValue(dependency.Service, out var other))
                {
                    if (dependency.Required)
                    {
                        findings.Error(dependency.Place, $"services.{service.Name}: It depends on \"{Text.Short(dependency.Service)}\", which is no service.");
                    }
                }
                else if (dependency.Condition == DependencyCondition.Healthy && other.Health is { Disabled: true })
                {
                    findings.Error(dependency.Place, $"services.{service.Name}: It waits for {other.Name} to be healthy, whose health check is off.");
                }
            }
        }
        if (DependencyOrder.Circle(project.Services.Values) is { } circle)
        {
            findings.Error(circle[0].DependsOn.FirstOrDefault(dependency => dependency.Service == circle[1].Name)?.Place ?? circle[0].Place, $"Services wait for each other in a circle: {string.Join(", ", circle.Select(service => service.Name))}.");
        }
    }
}
