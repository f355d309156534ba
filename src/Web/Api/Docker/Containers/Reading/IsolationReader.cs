using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>Rights, namespaces, devices and what is hidden.</summary>
internal static class IsolationReader
{
    /// <exception cref="EngineException">Invalid.</exception>
    public static ContainerSpec Read(ContainerSpec spec, DockerHostConfig host)
    {
        bool privileged = host.Privileged == true;
        spec = spec with
        {
            Privileged = privileged,
            NoNewPrivileges = false,   // Docker's default; security-opt says otherwise
            NetRaw = true,
            NoShm = host.IpcMode == "none",
            ShareableIpc = host.IpcMode == "shareable",
            CapAdd = [.. host.CapAdd ?? []],
            CapDrop = [.. host.CapDrop ?? []],
            OomScoreAdj = host.OomScoreAdj is null or 0 ? null : host.OomScoreAdj,
            Devices = [.. (host.Devices ?? []).Select(Device)],
            Namespaces = spec.Namespaces with
            {
                Pid = Namespace("pid", host.PidMode),
                Ipc = Namespace("IPC", host.IpcMode, "private", "shareable", "none"),
                Uts = Namespace("UTS", host.UTSMode),
                Cgroup = Namespace("cgroup namespace", host.CgroupnsMode, "private"),
                User = host.UsernsMode switch
                {
                    null or "" => NamespaceSpec.Auto,
                    "host" => NamespaceSpec.Host,
                    _ => throw EngineException.Invalid($"invalid USER mode: {host.UsernsMode}"),
                },
            },
        };
        foreach (string option in host.SecurityOpt ?? [])
        {
            spec = SecurityOption(spec, option);
        }
        return Paths(spec, host);
    }

    private static NamespaceSpec Namespace(string what, string? mode, params string[] own) => mode switch
    {
        null or "" => NamespaceSpec.New,
        "host" => NamespaceSpec.Host,
        _ when own.Contains(mode) => NamespaceSpec.New,
        _ when mode.StartsWith("container:", StringComparison.Ordinal) && what is "pid" or "IPC" => NamespaceSpec.OfContainer(NetworkReader.Other(mode)),
        _ => throw EngineException.Invalid($"invalid {what} mode: {mode}"),
    };

    private static DeviceSpec Device(DockerDevice device) => new(
        device.PathOnHost ?? "", SpecReader.Some(device.PathInContainer), SpecReader.Some(device.CgroupPermissions) ?? "rwm");

    private static ContainerSpec SecurityOption(ContainerSpec spec, string option)
    {
        int at = option.IndexOfAny(['=', ':']);
        string name = at < 0 ? option : option[..at], value = at < 0 ? "" : option[(at + 1)..];
        return (name, value) switch
        {
            ("no-new-privileges", "" or "true") => spec with { NoNewPrivileges = true },
            ("no-new-privileges", "false") => spec with { NoNewPrivileges = false },
            ("seccomp", "unconfined") => spec with { Seccomp = new(SeccompChoice.Unconfined) },
            ("seccomp", "builtin" or "default") => spec with { Seccomp = SeccompSpec.Default },
            ("seccomp", _) when value.TrimStart().StartsWith('{') => spec with { Seccomp = new(SeccompChoice.Custom, value) },
            ("apparmor", { Length: > 0 }) => spec with { AppArmor = value },
            ("systempaths", "unconfined") => spec with { SystemPaths = SystemPaths.Unconfined },
            ("label", _) => spec with { Docker = spec.Docker! with { SecurityLabels = spec.Docker.SecurityLabels.Add(option) } },
            _ => throw EngineException.Invalid($"invalid --security-opt 2: \"{option}\""),
        };
    }

    /// <summary>A list replaces the usual one; clients say <c>systempaths=unconfined</c> by two empty lists.</summary>
    private static ContainerSpec Paths(ContainerSpec spec, DockerHostConfig host) => host.MaskedPaths is null && host.ReadonlyPaths is null ? spec : spec with
    {
        SystemPaths = SystemPaths.Unconfined,
        MaskedPaths = host.MaskedPaths is { } masked ? [.. masked] : StandardPaths.Masked,
        ReadOnlyPaths = host.ReadonlyPaths is { } readOnly ? [.. readOnly] : StandardPaths.ReadOnly,
    };
}
