using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>What Docker's clients can ask for and Brig has not: each in one sentence, before anything is made.</summary>
internal static class Refusals
{
    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(DockerHostConfig host)
    {
        Refuse(host.DeviceRequests is { Length: > 0 }, $"could not select device driver \"{host.DeviceRequests?[0].Driver}\" with capabilities: [[{string.Join(' ', host.DeviceRequests?[0].Capabilities?.FirstOrDefault() ?? [])}]]. Brig has no drivers of devices (--gpus): give the device nodes by --device");
        Refuse(host.Runtime is not (null or "" or "runc" or "io.containerd.runc.v2" or "brig"), $"unknown or invalid runtime name: {host.Runtime}. Brig runs containers itself");
        Refuse(host.Isolation is not (null or "" or "default"), $"invalid isolation '{host.Isolation}' on linux");
        Refuse(host.LogConfig?.Type is not (null or "" or "json-file" or "local" or "none"), $"logger: no log driver named '{host.LogConfig?.Type}' is registered. Brig keeps the logs itself: use json-file, local or none");
        Refuse(host.StorageOpt is { Count: > 0 }, "--storage-opt is not supported: a container's files have no limit of their own in Brig");
        Refuse(host.VolumeDriver is not (null or "" or "local"), $"error looking up volume plugin {host.VolumeDriver}: plugin \"{host.VolumeDriver}\" not found");
        Refuse(host.CpuRealtimePeriod is not (null or 0) || host.CpuRealtimeRuntime is not (null or 0), "Your kernel does not support CPU real-time scheduler: Brig has no such limits");
        Refuse(host.Cgroup is { Length: > 0 }, "joining another container's cgroup is not supported");
        Refuse(host.DeviceCgroupRules is { Length: > 0 }, "--device-cgroup-rule is not supported: give the devices themselves by --device");
        Refuse(host is { AutoRemove: true, RestartPolicy.Name: not (null or "" or "no") }, "can't create 'AutoRemove' container with restart policy");
        Refuse(host is { CpuCount: > 0 } or { CpuPercent: > 0 } or { IOMaximumBandwidth: > 0 } or { IOMaximumIOps: > 0 }, "invalid option: CpuCount, CpuPercent, IOMaximumBandwidth and IOMaximumIOps are of Windows");
    }

    public static void Refuse(bool wrong, string why)
    {
        if (wrong)
        {
            throw EngineException.Invalid(why);
        }
    }
}
