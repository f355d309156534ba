using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Web.Components.Parts;

public static partial class Equivalent
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="origin">For example <c>http://127.0.0.1:8620</c>.</param>
    public static string Curl(ContainerSpec spec, string origin) =>
        $"curl -H \"Authorization: Bearer $BRIG_TOKEN\" -H 'Content-Type: application/json' \\\n  -d {Quoted(Json(spec).ToJsonString(s_plain))} \\\n  {origin}/api/v1/containers";

    /// <summary>Only what differs from a container about which nothing is said.</summary>
    public static JsonObject Json(ContainerSpec spec)
    {
        var json = new JsonObject { ["image"] = spec.Image };
        Put(json, "name", spec.Name);
        Put(json, "entrypoint", spec.Entrypoint);
        Put(json, "command", spec.Command);
        Put(json, "env", spec.Env);
        Put(json, "workingDir", spec.WorkingDir);
        Put(json, "user", spec.User);
        Put(json, "hostname", spec.Hostname);
        Put(json, "dns", spec.Dns);
        Put(json, "extraHosts", spec.ExtraHosts);
        Put(json, "tty", spec.Tty);
        Put(json, "openStdin", spec.OpenStdin);
        Put(json, "init", spec.Init);
        Put(json, "readOnlyRoot", spec.ReadOnlyRoot);
        Put(json, "privileged", spec.Privileged);
        Put(json, "autoRemove", spec.AutoRemove);
        Put(json, "pod", spec.Pod);
        Put(json, "shareableIpc", spec.ShareableIpc);
        Put(json, "cgroupParent", spec.CgroupParent);
        Isolation(json, spec);
        if (spec.Restart.Mode != RestartMode.No)
            json["restart"] = new JsonObject { ["mode"] = Word(spec.Restart.Mode), ["maxRetries"] = spec.Restart.MaxRetries };
        if (spec.Health is { } health)
            json["health"] = Health(health);
        if (Limits(spec.Limits) is { Count: > 0 } limits)
            json["limits"] = limits;
        if (Namespaces(spec.Namespaces) is { Count: > 0 } namespaces)
            json["namespaces"] = namespaces;
        if (spec.Networks is { } networks)
            json["networks"] = new JsonArray([.. networks.Select(network => new JsonObject { ["network"] = network.Network })]);
        if (!spec.Ports.IsEmpty)
            json["ports"] = new JsonArray([.. spec.Ports.Select(Port)]);
        if (!spec.Mounts.IsEmpty)
            json["mounts"] = new JsonArray([.. spec.Mounts.Select(MountJson)]);
        return json;
    }

    private static JsonObject Port(PortSpec port)
    {
        var json = new JsonObject { ["containerPort"] = port.ContainerPort };
        if (port.HostPort > 0) json["hostPort"] = port.HostPort;
        Put(json, "hostAddress", port.HostAddress);
        if (port.Protocol != PortProtocol.Tcp) json["protocol"] = Word(port.Protocol);
        if (port.Count != 1) json["count"] = port.Count;
        return json;
    }

    private static void Isolation(JsonObject json, ContainerSpec spec)
    {
        Put(json, "capAdd", spec.CapAdd);
        Put(json, "capDrop", spec.CapDrop);
        if (!spec.NoNewPrivileges) json["noNewPrivileges"] = false;
        if (spec.SystemPaths != SystemPaths.Masked) json["systemPaths"] = Word(spec.SystemPaths);
        Put(json, "maskedPaths", spec.MaskedPaths);
        Put(json, "readOnlyPaths", spec.ReadOnlyPaths);
        if (!spec.Devices.IsEmpty) json["devices"] = new JsonArray([.. spec.Devices.Select(Device)]);
        if (spec.Seccomp.Mode != SeccompChoice.Default)
        {
            var seccomp = new JsonObject { ["mode"] = Word(spec.Seccomp.Mode) };
            Put(seccomp, "profile", spec.Seccomp.Profile);
            json["seccomp"] = seccomp;
        }
        Put(json, "appArmor", spec.AppArmor);
        if (spec.OomScoreAdj is { } score) json["oomScoreAdj"] = score;
        if (!spec.Sysctls.IsEmpty) json["sysctls"] = new JsonObject(spec.Sysctls.OrderBy(sysctl => sysctl.Key, StringComparer.Ordinal).Select(sysctl => KeyValuePair.Create(sysctl.Key, (JsonNode?)sysctl.Value)));
        if (!spec.Rlimits.IsEmpty) json["rlimits"] = new JsonArray([.. spec.Rlimits.Select(limit => (JsonNode)new JsonObject { ["name"] = limit.Name, ["soft"] = limit.Soft, ["hard"] = limit.Hard })]);
    }

    private static JsonNode Device(DeviceSpec device)
    {
        var json = new JsonObject { ["hostPath"] = device.HostPath };
        Put(json, "path", device.Path);
        if (device.Permissions != "rwm") json["permissions"] = device.Permissions;
        return json;
    }

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static JsonObject Limits(Limits limits)
    {
        var json = new JsonObject();
        if (limits.Cpus is { } cpus) json["cpus"] = cpus;
        if (limits.CpuWeight is { } weight) json["cpuWeight"] = weight;
        Put(json, "cpusetCpus", limits.CpusetCpus);
        if (limits.Memory is { } memory) json["memory"] = memory;
        if (limits.MemoryLow is { } low) json["memoryLow"] = low;
        if (limits.Swap is { } swap) json["swap"] = swap;
        if (limits.Pids is { } pids) json["pids"] = pids;
        if (limits.IoWeight is { } io) json["ioWeight"] = io;
        return json;
    }

    private static JsonObject Namespaces(Namespaces asked)
    {
        var plain = new Namespaces();
        var json = new JsonObject();
        foreach (var (name, now, usual) in (ReadOnlySpan<(string, NamespaceSpec, NamespaceSpec)>)[
            ("pid", asked.Pid, plain.Pid), ("net", asked.Net, plain.Net), ("uts", asked.Uts, plain.Uts), ("ipc", asked.Ipc, plain.Ipc),
            ("cgroup", asked.Cgroup, plain.Cgroup), ("user", asked.User, plain.User), ("time", asked.Time, plain.Time)])
        {
            if (now != usual)
                json[name] = now.ToString();
        }

        return json;
    }

    private static JsonNode MountJson(MountSpec mount)
    {
        var json = new JsonObject { ["kind"] = Word(mount.Kind) };
        Put(json, "source", mount.Source);
        json["target"] = mount.Target;
        Put(json, "readOnly", mount.ReadOnly);
        if (mount.SizeBytes is { } size) json["sizeBytes"] = size;
        Put(json, "idmap", mount.Idmap);
        if (mount.Propagation != MountPropagation.Private) json["propagation"] = Word(mount.Propagation);
        if (mount.NoExec is { } noExec) json["noExec"] = noExec;
        Put(json, "noCopy", mount.NoCopy);
        Put(json, "subpath", mount.Subpath);
        Put(json, "createSource", mount.CreateSource);
        Put(json, "nonRecursive", mount.NonRecursive);
        Put(json, "mode", mount.Mode);
        if (mount.Uid is { } uid) json["uid"] = uid;
        if (mount.Gid is { } gid) json["gid"] = gid;
        if (mount.Inodes is { } inodes) json["inodes"] = inodes;
        return json;
    }

    private static void Put(JsonObject json, string name, string? value)
    {
        if (value is not null)
            json[name] = value;
    }

    private static void Put(JsonObject json, string name, bool on)
    {
        if (on)
            json[name] = true;
    }

    private static void Put(JsonObject json, string name, System.Collections.Immutable.ImmutableArray<string> values)
    {
        if (!values.IsEmpty)
            json[name] = new JsonArray([.. values.Select(v => (JsonNode)v)]);
    }

    private static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
