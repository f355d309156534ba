using System.Collections.Immutable;

namespace Brig.Linux.Wire;

/// <summary>A launch plan as bytes. <see cref="PlanReader"/> reads the same fields in the same order.</summary>
public static class PlanWriter
{
    internal const uint Version = 7;

    public static byte[] Write(LaunchPlan plan)
    {
        var w = new WireWriter(4096);
        w.U32(Version);
        w.U8((byte)plan.Kind);
        w.String(plan.Id);
        w.String(plan.RunFolder);
        w.String(plan.StateFolder);
        Namespaces(w, plan.Namespaces);
        Cgroup(w, plan.Cgroup);
        w.Bool(plan.Root is not null);
        if (plan.Root is not null)
            Root(w, plan.Root);
        w.String(plan.Hostname);
        w.I32(plan.Sysctls.Length);
        foreach (var sysctl in plan.Sysctls)
        {
            w.String(sysctl.Name);
            w.String(sysctl.Value);
        }
        w.Bool(plan.AwaitNetwork);
        Process(w, plan.Process);
        Streams(w, plan.Streams);
        w.I32(plan.Target?.Pid ?? 0);
        w.U64(plan.Target?.StartTicks ?? 0);
        return w.ToArray();
    }

    private static void Namespaces(WireWriter w, NamespacePlan plan)
    {
        Target(w, plan.Mount);
        Target(w, plan.Pid);
        Target(w, plan.Net);
        Target(w, plan.Uts);
        Target(w, plan.Ipc);
        Target(w, plan.Cgroup);
        Target(w, plan.User);
        Target(w, plan.Time);
        Maps(w, plan.UidMap);
        Maps(w, plan.GidMap);
    }

    private static void Target(WireWriter w, NamespaceTarget target)
    {
        w.U8((byte)target.Mode);
        w.String(target.Path);
        w.I32(target.Process);
        w.U64(target.StartTicks);
    }

    private static void Maps(WireWriter w, ImmutableArray<IdMap> maps)
    {
        w.I32(maps.Length);
        foreach (var map in maps)
        {
            w.U32(map.Inside);
            w.U32(map.Outside);
            w.U32(map.Count);
        }
    }

    private static void Cgroup(WireWriter w, CgroupPlan plan)
    {
        w.String(plan.V2Directory);
        Strings(w, plan.V1Directories);
        w.Bool(plan.MadeMeanwhile);
        w.String(plan.OomFile);
        w.String(plan.OomKey);
    }

    private static void Root(WireWriter w, RootPlan plan)
    {
        Strings(w, plan.LowerDirectories);
        w.String(plan.Upper);
        w.String(plan.Work);
        w.Bool(plan.ReadOnly);
        w.I32(plan.Mounts.Length);
        foreach (var mount in plan.Mounts)
        {
            w.U8((byte)mount.Kind);
            w.String(mount.Source);
            w.String(mount.Target);
            w.String(mount.Type);
            w.U32((uint)mount.Flags);
            w.String(mount.Data);
            w.U8((byte)mount.Propagation);
            w.Bool(mount.Idmap);
            w.Bool(mount.IdmapOptional);
            w.Bool(mount.NonRecursive);
            w.String(mount.Subpath);
        }
        w.I32(plan.Devices.Length);
        foreach (var device in plan.Devices)
        {
            w.String(device.Path);
            w.U8((byte)device.Type);
            w.U32(device.Major);
            w.U32(device.Minor);
            w.U32(device.Mode);
            w.U32(device.Uid);
            w.U32(device.Gid);
            w.String(device.HostPath);
        }
        w.I32(plan.Links.Length);
        foreach (var link in plan.Links)
        {
            w.String(link.Path);
            w.String(link.Target);
        }
        Strings(w, plan.MaskedPaths);
        Strings(w, plan.ReadOnlyPaths);
    }

    private static void Process(WireWriter w, ProcessPlan plan)
    {
        Strings(w, plan.Args);
        Strings(w, plan.Env);
        w.String(plan.WorkingDir);
        w.Bool(plan.MakeWorkingDir);
        w.String(plan.User);
        Strings(w, plan.Groups);
        w.I32(plan.Rlimits.Length);
        foreach (var rlimit in plan.Rlimits)
        {
            w.I32(rlimit.Resource);
            w.U64(rlimit.Soft);
            w.U64(rlimit.Hard);
            w.Bool(rlimit.Required);
        }
        w.U64(plan.Capabilities.Bounding);
        w.U64(plan.Capabilities.Permitted);
        w.U64(plan.Capabilities.Effective);
        w.U64(plan.Capabilities.Inheritable);
        w.U64(plan.Capabilities.Ambient);
        w.Bool(plan.NoNewPrivileges);
        w.Bytes(plan.Seccomp.AsSpan());
        w.U32(plan.SeccompFlags);
        w.I32(plan.SeccompErrno);
        w.Bool(plan.OomScoreAdj is not null);
        w.I32(plan.OomScoreAdj ?? 0);
        w.U32(plan.Umask);
        w.Bool(plan.Init);
        w.String(plan.AppArmor);
    }

    private static void Streams(WireWriter w, StreamsPlan plan)
    {
        w.Bool(plan.Tty);
        w.U32(plan.Rows);
        w.U32(plan.Columns);
        w.Bool(plan.OpenStdin);
        w.I64(plan.LogMaxSize);
        w.I32(plan.LogMaxFiles);
    }

    private static void Strings(WireWriter w, ImmutableArray<string> strings)
    {
        w.I32(strings.Length);
        foreach (var value in strings)
            w.String(value);
    }
}
