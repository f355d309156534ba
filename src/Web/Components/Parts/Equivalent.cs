using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Engine.Containers;

namespace Brig.Web.Components.Parts;

/// <summary>The same container as commands: in docker's words, and as the call of Brig's API.</summary>
public static class Equivalent
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
        AddLimits(words, spec.Limits);
        foreach (var mount in spec.Mounts)
            words.AddRange(mount.Kind == MountKind.Tmpfs ? ["--tmpfs", mount.Target + (mount.SizeBytes is { } size ? $":size={size}" : "")] : ["-v", $"{mount.Source}:{mount.Target}{(mount.ReadOnly ? ":ro" : "")}"]);
        Flag(words, "--read-only", spec.ReadOnlyRoot);
        Flag(words, "--privileged", spec.Privileged);
        AddAll(words, "--cap-add", spec.CapAdd);
        AddAll(words, "--cap-drop", spec.CapDrop);
        foreach (var (name, ns) in (ReadOnlySpan<(string, NamespaceSpec)>)[("--pid", spec.Namespaces.Pid), ("--network", spec.Namespaces.Net), ("--uts", spec.Namespaces.Uts), ("--ipc", spec.Namespaces.Ipc), ("--cgroupns", spec.Namespaces.Cgroup)])
            Add(words, name, ns.Source == NamespaceSource.New ? null : ns.ToString());
        if (spec.Entrypoint is [var entrypoint, ..])
            Add(words, "--entrypoint", entrypoint);
        words.Add(spec.Image.Length == 0 ? "IMAGE" : spec.Image);
        words.AddRange(spec.Entrypoint.Skip(1));
        words.AddRange(spec.Command);
        return CommandLine.Join(words);
    }

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
        Put(json, "capAdd", spec.CapAdd);
        Put(json, "capDrop", spec.CapDrop);
        if (spec.Restart.Mode != RestartMode.No)
            json["restart"] = new JsonObject { ["mode"] = JsonNamingPolicy.CamelCase.ConvertName(spec.Restart.Mode.ToString()), ["maxRetries"] = spec.Restart.MaxRetries };
        if (Limits(spec.Limits) is { Count: > 0 } limits)
            json["limits"] = limits;
        if (Namespaces(spec.Namespaces) is { Count: > 0 } namespaces)
            json["namespaces"] = namespaces;
        if (!spec.Mounts.IsEmpty)
            json["mounts"] = new JsonArray([.. spec.Mounts.Select(Mount)]);
        return json;
    }

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

    private static JsonNode Mount(MountSpec mount)
    {
        var json = new JsonObject { ["kind"] = mount.Kind == MountKind.Bind ? "bind" : "tmpfs" };
        Put(json, "source", mount.Source);
        json["target"] = mount.Target;
        Put(json, "readOnly", mount.ReadOnly);
        if (mount.SizeBytes is { } size) json["sizeBytes"] = size;
        return json;
    }

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
