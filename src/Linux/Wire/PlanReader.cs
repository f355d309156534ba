using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Brig.Linux.Wire;

/// <summary>The reading side of <see cref="PlanWriter"/>.</summary>
public static class PlanReader
{
    /// <exception cref="WireException">Not a plan of this version.</exception>
    public static LaunchPlan Read(ReadOnlySpan<byte> bytes)
    {
        var r = new WireReader(bytes);
        if (r.U32() is var version && version != PlanWriter.Version)
            throw new WireException($"the plan has version {version}, this shim reads {PlanWriter.Version}");
        var plan = new LaunchPlan
        {
            Kind = (LaunchKind)r.U8(),
            Id = r.String(),
            RunFolder = r.String(),
            StateFolder = r.String(),
            Namespaces = Namespaces(ref r),
            Cgroup = Cgroup(ref r),
            Root = r.Bool() ? Root(ref r) : null,
            Hostname = r.OptionalString(),
            Sysctls = Sysctls(ref r),
            AwaitNetwork = r.Bool(),
            Process = Process(ref r),
            Streams = Streams(ref r),
            Target = new ExecTarget(r.I32(), r.U64()) is { Pid: not 0 } target ? target : null,
        };
        return r.Rest.IsEmpty ? plan : throw new WireException($"{r.Rest.Length} bytes after the plan");
    }

    private static NamespacePlan Namespaces(ref WireReader r) => new()
    {
        Mount = Target(ref r),
        Pid = Target(ref r),
        Net = Target(ref r),
        Uts = Target(ref r),
        Ipc = Target(ref r),
        Cgroup = Target(ref r),
        User = Target(ref r),
        Time = Target(ref r),
        UidMap = Maps(ref r),
        GidMap = Maps(ref r),
    };

    private static NamespaceTarget Target(ref WireReader r) => new((NamespaceMode)r.U8(), r.OptionalString(), r.I32(), r.U64());

    private static ImmutableArray<IdMap> Maps(ref WireReader r)
    {
        var maps = new IdMap[r.Count()];
        for (var i = 0; i < maps.Length; i++)
            maps[i] = new IdMap(r.U32(), r.U32(), r.U32());
        return ImmutableCollectionsMarshal.AsImmutableArray(maps);
    }

    private static CgroupPlan Cgroup(ref WireReader r) => new()
    {
        V2Directory = r.OptionalString(),
        V1Directories = Strings(ref r),
        MadeMeanwhile = r.Bool(),
        OomFile = r.OptionalString(),
        OomKey = r.String(),
    };

    private static RootPlan Root(ref WireReader r) => new()
    {
        LowerDirectories = Strings(ref r),
        Upper = r.String(),
        Work = r.String(),
        ReadOnly = r.Bool(),
        Mounts = Mounts(ref r),
        Devices = Devices(ref r),
        Links = Links(ref r),
        MaskedPaths = Strings(ref r),
        ReadOnlyPaths = Strings(ref r),
    };

    private static ImmutableArray<MountPlan> Mounts(ref WireReader r)
    {
        var mounts = new MountPlan[r.Count()];
        for (var i = 0; i < mounts.Length; i++)
            mounts[i] = new MountPlan((MountKind)r.U8(), r.String(), r.String(), r.String(), (MountFlags)r.U32(), r.String(), (Propagation)r.U8()) { Idmap = r.Bool(), IdmapOptional = r.Bool(), NonRecursive = r.Bool(), Subpath = r.OptionalString() };
        return ImmutableCollectionsMarshal.AsImmutableArray(mounts);
    }

    private static ImmutableArray<DevicePlan> Devices(ref WireReader r)
    {
        var devices = new DevicePlan[r.Count()];
        for (var i = 0; i < devices.Length; i++)
            devices[i] = new DevicePlan(r.String(), (char)r.U8(), r.U32(), r.U32(), r.U32(), r.U32(), r.U32(), r.OptionalString());
        return ImmutableCollectionsMarshal.AsImmutableArray(devices);
    }

    private static ImmutableArray<LinkPlan> Links(ref WireReader r)
    {
        var links = new LinkPlan[r.Count()];
        for (var i = 0; i < links.Length; i++)
            links[i] = new LinkPlan(r.String(), r.String());
        return ImmutableCollectionsMarshal.AsImmutableArray(links);
    }

    private static ImmutableArray<SysctlPlan> Sysctls(ref WireReader r)
    {
        var sysctls = new SysctlPlan[r.Count()];
        for (var i = 0; i < sysctls.Length; i++)
            sysctls[i] = new SysctlPlan(r.String(), r.String());
        return ImmutableCollectionsMarshal.AsImmutableArray(sysctls);
    }

    private static ProcessPlan Process(ref WireReader r) => new()
    {
        Args = Strings(ref r),
        Env = Strings(ref r),
        WorkingDir = r.String(),
        MakeWorkingDir = r.Bool(),
        User = r.String(),
        Groups = Strings(ref r),
        Rlimits = Rlimits(ref r),
        Capabilities = new CapabilityPlan(r.U64(), r.U64(), r.U64(), r.U64(), r.U64()),
        NoNewPrivileges = r.Bool(),
        Seccomp = ImmutableCollectionsMarshal.AsImmutableArray(r.Bytes().ToArray()),
        SeccompFlags = r.U32(),
        SeccompErrno = r.I32(),
        OomScoreAdj = r.Bool() ? r.I32() : Nothing(r.I32()),
        Umask = r.U32(),
        Init = r.Bool(),
        AppArmor = r.OptionalString(),
    };

    private static int? Nothing(int _) => null;

    private static ImmutableArray<RlimitPlan> Rlimits(ref WireReader r)
    {
        var rlimits = new RlimitPlan[r.Count()];
        for (var i = 0; i < rlimits.Length; i++)
            rlimits[i] = new RlimitPlan(r.I32(), r.U64(), r.U64(), r.Bool());
        return ImmutableCollectionsMarshal.AsImmutableArray(rlimits);
    }

    private static StreamsPlan Streams(ref WireReader r) => new()
    {
        Tty = r.Bool(),
        Rows = (ushort)r.U32(),
        Columns = (ushort)r.U32(),
        OpenStdin = r.Bool(),
        LogMaxSize = r.I64(),
        LogMaxFiles = r.I32(),
    };

    private static ImmutableArray<string> Strings(ref WireReader r)
    {
        var strings = new string[r.Count()];
        for (var i = 0; i < strings.Length; i++)
            strings[i] = r.String();
        return ImmutableCollectionsMarshal.AsImmutableArray(strings);
    }
}
