using System.Globalization;
using Brig.Engine.Containers;

namespace Brig.Web.Components.Parts;

/// <summary>The same container as commands: in docker's words, and as the call of Brig's API.</summary>
public static partial class Equivalent
{
    public static string Docker(ContainerSpec spec)
    {
        var words = new List<string> { "docker", "run", "-d" };
        Add(words, "--name", spec.Name);
        Flag(words, "--rm", spec.AutoRemove);
        Flag(words, "--init", spec.Init);
        Flag(words, "-t", spec.Tty);
        Flag(words, "-i", spec.OpenStdin);
        Add(words, "--restart", Restart(spec.Restart));
        Add(words, "-w", spec.WorkingDir);
        Add(words, "-u", spec.User);
        Add(words, "-h", spec.Hostname);
        AddAll(words, "-e", spec.Env);
        AddAll(words, "--dns", spec.Dns);
        AddAll(words, "--add-host", spec.ExtraHosts);
        AddAll(words, "-p", spec.Ports.Select(PortWords.Docker));
        if (spec.Networks is { } networks)
            AddAll(words, "--network", networks.IsEmpty ? ["none"] : networks.Select(network => network.Network));
        AddHealth(words, spec.Health);
        if (spec.Pod is { } pod)
            words.AddRange(["--network", "container:" + pod, "--ipc", "container:" + pod]);   // docker has no pods
        AddLimits(words, spec.Limits);
        foreach (var mount in spec.Mounts)
            words.AddRange(mount.Subpath is { } subpath ? ["--mount", $"type=volume,{(mount.Source is { } name ? $"source={name}," : "")}target={mount.Target},volume-subpath={subpath}{(mount.ReadOnly ? ",readonly" : "")}"]
                : [mount.Kind == MountKind.Tmpfs ? "--tmpfs" : "-v", Mount(mount)]);
        AddIsolation(words, spec);
        foreach (var (name, ns) in (ReadOnlySpan<(string, NamespaceSpec)>)[("--pid", spec.Namespaces.Pid), ("--network", spec.Namespaces.Net), ("--uts", spec.Namespaces.Uts), ("--ipc", spec.Namespaces.Ipc), ("--cgroupns", spec.Namespaces.Cgroup), ("--userns", spec.Namespaces.User.Source == NamespaceSource.Auto ? NamespaceSpec.New : spec.Namespaces.User)])
            Add(words, name, ns.Source == NamespaceSource.New ? null : ns.ToString());
        Add(words, "--ipc", spec.ShareableIpc ? "shareable" : null);
        Add(words, "--cgroup-parent", spec.CgroupParent);
        if (spec.Entrypoint is [var entrypoint, ..])
            Add(words, "--entrypoint", entrypoint);
        words.Add(spec.Image.Length == 0 ? "IMAGE" : spec.Image);
        words.AddRange(spec.Entrypoint.Skip(1));
        words.AddRange(spec.Command);
        return CommandLine.Join(words);
    }

    private static void AddIsolation(List<string> words, ContainerSpec spec)
    {
        Flag(words, "--read-only", spec.ReadOnlyRoot);
        Flag(words, "--privileged", spec.Privileged);
        AddAll(words, "--cap-add", spec.CapAdd);
        AddAll(words, "--cap-drop", spec.CapDrop);
        // Docker's own default is without.
        Add(words, "--security-opt", spec is { NoNewPrivileges: true, Privileged: false } ? "no-new-privileges" : null);
        Add(words, "--security-opt", spec.SystemPaths == SystemPaths.Unconfined ? "systempaths=unconfined" : null);
        Add(words, "--security-opt", spec.AppArmor is { } profile ? "apparmor=" + profile : null);
        Add(words, "--security-opt", spec.Seccomp.Mode switch { SeccompChoice.Unconfined => "seccomp=unconfined", SeccompChoice.Custom => "seccomp=PROFILE.json", _ => null });
        AddAll(words, "--device", spec.Devices.Select(device => $"{device.HostPath}:{device.Path ?? device.HostPath}:{device.Permissions}"));
        AddAll(words, "--sysctl", spec.Sysctls.OrderBy(sysctl => sysctl.Key, StringComparer.Ordinal).Select(sysctl => $"{sysctl.Key}={sysctl.Value}"));
        AddAll(words, "--ulimit", spec.Rlimits.Select(limit => $"{limit.Name}={Amount(limit.Soft)}:{Amount(limit.Hard)}"));
        Add(words, "--oom-score-adj", spec.OomScoreAdj?.ToString(CultureInfo.InvariantCulture));
    }

    private static string Amount(ulong amount) => amount == ulong.MaxValue ? "-1" : amount.ToString(CultureInfo.InvariantCulture);

    private static string Mount(MountSpec mount)
    {
        string?[] options = mount.Kind == MountKind.Tmpfs
            ? [mount.ReadOnly ? "ro" : null, mount.NoExec == false ? "exec" : null, Option("size", mount.SizeBytes), mount.Mode is { } mode ? "mode=" + mode : null, Option("uid", mount.Uid), Option("gid", mount.Gid), Option("nr_inodes", mount.Inodes)]
            : [mount.ReadOnly ? "ro" : null, mount.NoCopy ? "nocopy" : null, mount.Propagation switch { MountPropagation.Slave => "rslave", MountPropagation.Shared => "rshared", _ => null }];
        string text = string.Join(',', options.OfType<string>());
        return $"{(mount.Source is { } source ? source + ":" : "")}{mount.Target}{(text.Length == 0 ? "" : ":" + text)}";
    }

    private static string? Option(string name, long? value) => value is null ? null : string.Create(CultureInfo.InvariantCulture, $"{name}={value}");

    private static void AddLimits(List<string> words, Limits limits)
    {
        Add(words, "--cpus", limits.Cpus?.ToString(CultureInfo.InvariantCulture));
        Add(words, "--cpuset-cpus", limits.CpusetCpus);
        Add(words, "-m", limits.Memory?.ToString(CultureInfo.InvariantCulture));
        Add(words, "--memory-swap", limits.Memory is { } memory && limits.Swap is { } swap ? (memory + swap).ToString(CultureInfo.InvariantCulture) : null);
        Add(words, "--memory-reservation", limits.MemoryLow?.ToString(CultureInfo.InvariantCulture));
        Add(words, "--pids-limit", limits.Pids?.ToString(CultureInfo.InvariantCulture));
        // docker counts shares from 1024 where the kernel's weight is 100.
        Add(words, "--cpu-shares", limits.CpuWeight is { } weight ? (weight * 1024 / 100).ToString(CultureInfo.InvariantCulture) : null);
        Add(words, "--blkio-weight", limits.IoWeight?.ToString(CultureInfo.InvariantCulture));
    }

    private static string? Restart(RestartPolicy policy) => policy.Mode switch
    {
        RestartMode.Always => "always",
        RestartMode.UnlessStopped => "unless-stopped",
        RestartMode.OnFailure => policy.MaxRetries > 0 ? $"on-failure:{policy.MaxRetries}" : "on-failure",
        _ => null,
    };

    private static void Add(List<string> words, string option, string? value)
    {
        if (value is not null)
            words.AddRange([option, value]);
    }

    private static void AddAll(List<string> words, string option, IEnumerable<string> values)
    {
        foreach (var value in values)
            words.AddRange([option, value]);
    }

    private static void Flag(List<string> words, string option, bool on)
    {
        if (on)
            words.Add(option);
    }
}
