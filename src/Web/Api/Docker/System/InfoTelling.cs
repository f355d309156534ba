using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>This Brig and its machine, as <c>docker info</c> shows a daemon.</summary>
internal sealed class InfoTelling(IContainers containers, IImages images, EngineOptions engine, IEngineStatus status, TimeProvider time)
{
    public InfoAnswer Tell(ApiVersion version)
    {
        var states = containers.List().Where(one => one.Spec.Sandbox is null).CountBy(one => one.State.Status).ToDictionary(count => count.Key, count => count.Value);
        int running = states.GetValueOrDefault(ContainerStatus.Running) + states.GetValueOrDefault(ContainerStatus.Restarting), paused = states.GetValueOrDefault(ContainerStatus.Paused);
        var can = status.Abilities;
        var os = OsRelease();
        return new()
        {
            Id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(engine.Root)).AsSpan(0, 16)).ToString(),
            Containers = states.Values.Sum(),
            ContainersRunning = running,
            ContainersPaused = paused,
            ContainersStopped = states.Values.Sum() - running - paused,
            Images = DockerImage.List(images).Length,
            DriverStatus = [["Backing Filesystem", FileSystem(engine.Root)], ["Supports d_type", "true"], ["Using metacopy", "false"], ["Native Overlay Diff", "true"], ["userxattr", "false"]],
            MemoryLimit = can.Memory,
            SwapLimit = can.Swap,
            CpuCfsPeriod = can.Cpus,
            CpuCfsQuota = can.Cpus,
            CpuShares = can.CpuWeight,
            CpuSet = can.Cpuset,
            PidsLimit = can.Pids,
            Ipv4Forwarding = IsOn("/proc/sys/net/ipv4/ip_forward"),
            BridgeNfIptables = IsOn("/proc/sys/net/bridge/bridge-nf-call-iptables"),
            BridgeNfIp6tables = IsOn("/proc/sys/net/bridge/bridge-nf-call-ip6tables"),
            NFd = Directory.GetFileSystemEntries("/proc/self/fd").Length,
            NGoroutines = Directory.GetDirectories("/proc/self/task").Length,
            SystemTime = DockerTime.Text(time.GetUtcNow()),
            CgroupVersion = can.CgroupVersion.ToString(CultureInfo.InvariantCulture),
            KernelVersion = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            OperatingSystem = os.GetValueOrDefault("PRETTY_NAME", "Linux"),
            OsVersion = os.GetValueOrDefault("VERSION_ID", ""),
            Architecture = RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "x86_64",
            Cores = Environment.ProcessorCount,
            MemTotal = Memory(),
            DockerRootDir = engine.Root,
            Name = Environment.MachineName,
            ServerVersion = ApiVersion.Server,
            Runtimes = new() { ["brig"] = new(engine.Shim) },
            DefaultRuntime = "brig",
            InitBinary = "brig-shim",
            SecurityOptions = Security(version),
            DefaultAddressPools = [.. engine.Pools.Pieces.Select(pool => new InfoPool(pool.Base, pool.Prefix))],
            Warnings = Warnings(can) is { Length: > 0 } warnings ? warnings : null,
        };
    }

    private string[] Security(ApiVersion version)
    {
        string profile = engine.SeccompProfile ?? (version.IsBefore(1, 42) ? "default" : "builtin");
        string[] all =
        [
            .. Directory.Exists("/sys/kernel/security/apparmor") ? ["name=apparmor"] : Array.Empty<string>(),
            $"name=seccomp,profile={profile}",
            .. status.NoUsersOfTheirOwn is null ? ["name=userns"] : Array.Empty<string>(),
            "name=cgroupns",
        ];
        return version.IsBefore(1, 25) ? [.. all.Select(option => option.Split(',')[0]["name=".Length..])] : all;
    }

    private static string[] Warnings(MachineAbilities can)
    {
        (bool Can, string What)[] all = [(can.Memory, "memory limit"), (can.Swap, "swap limit"), (can.Cpus, "cpu cfs quota"), (can.CpuWeight, "cpu shares"), (can.Cpuset, "cpuset"), (can.Pids, "pids limit")];
        return [.. all.Where(one => !one.Can).Select(one => $"WARNING: No {one.What} support")];
    }

    /// <summary>os-release(5).</summary>
    private static Dictionary<string, string> OsRelease()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in (string[])["/etc/os-release", "/usr/lib/os-release"])
        {
            if (File.Exists(file))
            {
                foreach (string[] parts in File.ReadLines(file).Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2))
                {
                    all[parts[0].Trim()] = parts[1].Trim().Trim('"', '\'');
                }
                break;
            }
        }
        return all;
    }

    /// <summary>proc_meminfo(5).</summary>
    private static long Memory()
    {
        string[] words = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static bool IsOn(string file) => File.Exists(file) && File.ReadAllText(file).Trim() == "1";

    /// <summary>As Docker calls it.</summary>
    private static string FileSystem(string path)
    {
        string format = Directory.Exists(path) ? new DriveInfo(path).DriveFormat : "";
        return format is "ext2" or "ext3" or "ext4" or "ext2/ext3" or "ext" ? "extfs" : format is { Length: > 0 } ? format : "<unknown>";
    }
}
