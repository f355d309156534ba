using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Engine.Health;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Brig.Linux.Proc;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>What is true of a container now, read from the kernel when it is asked.</summary>
internal sealed class Reporter(ContainerTable table, CgroupHost cgroups, EnginePaths paths, BirthFiles births, IHealth health)
{
    private static readonly string[] Kinds = ["mnt", "pid", "net", "uts", "ipc", "cgroup", "user", "time"];
    private readonly ProcReader _processes = new();

    public ImmutableArray<ProcessRow> Top(ContainerEntry entry) => entry.Now.State.Pid == 0
        ? throw EngineException.Conflict($"Container {entry.Now.Name} does not run.")
        : _processes.Read(cgroups.Open(paths.Cgroup(entry.Now)).Pids(), entry.Now.Ids, UserNames(entry.Now.State.Pid));

    public ImmutableArray<NamespaceRow> Namespaces(ContainerEntry entry)
    {
        var others = table.List().Where(other => other.Id != entry.Id && other.State.Pid > 0).ToArray();
        int pid = entry.Now.State.Pid;
        return [.. Kinds.Select(kind =>
        {
            ulong inode = pid == 0 ? 0 : Inode(pid.ToString(CultureInfo.InvariantCulture), kind);
            var shared = inode == 0 ? [] : others.Where(other => Inode(other.State.Pid.ToString(CultureInfo.InvariantCulture), kind) == inode).Select(other => other.Name);
            return new NamespaceRow(kind, inode, Inode("self", kind), [.. shared]);
        })];
    }

    /// <summary>asked, derived, actual: the three types, with what the kernel says beside the last.</summary>
    public JsonObject Inspect(ContainerEntry entry)
    {
        var now = entry.Now;
        var cgroup = cgroups.Open(paths.Cgroup(entry.Now));
        var actual = JsonSerializer.SerializeToNode(now.State, EngineJson.Options)!.AsObject();
        actual["wanted"] = entry.Wanted;
        return new()
        {
            ["id"] = now.Id.Value,
            ["name"] = now.Name,
            ["createdAt"] = now.CreatedAt,
            ["version"] = now.Version,
            ["image"] = new JsonObject { ["reference"] = now.Spec.Image, ["digest"] = now.ImageDigest },
            ["commandLine"] = now.CommandLine,
            ["asked"] = JsonSerializer.SerializeToNode(now.Spec, EngineJson.Options),
            ["plan"] = Plan(entry),
            ["actual"] = actual,
            ["health"] = JsonSerializer.SerializeToNode(health.Get(now.Id.Value), EngineJson.Options),
            ["paths"] = new JsonObject
            {
                ["folder"] = paths.Container(now.Id),
                ["log"] = paths.Container(now.Id) + "/log",
                ["upper"] = paths.Container(now.Id) + "/upper",
                ["shim"] = paths.Shim(now.Id) + "/shim.sock",
            },
            ["cgroup"] = new JsonObject
            {
                ["path"] = cgroup.Path,
                ["version"] = cgroups.Version.ToString(),
                ["directories"] = new JsonArray([.. cgroup.Directories.Where(Directory.Exists).Select(directory => JsonValue.Create(directory))]),
            },
            ["namespaces"] = JsonSerializer.SerializeToNode(Namespaces(entry), EngineJson.Options),
            ["execs"] = JsonSerializer.SerializeToNode(Execs.List(entry), EngineJson.Options),
        };
    }

    public Task<BirthRecord> BirthAsync(ContainerEntry entry, CancellationToken stop) => births.ReadAsync(entry, stop);

    /// <summary>Of the last start, as the shim got it; null before the first.</summary>
    private JsonNode? Plan(ContainerEntry entry)
    {
        try
        {
            return JsonSerializer.SerializeToNode(PlanReader.Read(File.ReadAllBytes(paths.Container(entry.Id) + "/plan")), EngineJson.Options);
        }
        catch (Exception e) when (e is IOException or WireException)
        {
            return null;
        }
    }

    private static ulong Inode(string pid, string kind) => ProcFile.Namespace(pid, kind);

    /// <summary>/etc/passwd as PID 1 sees it; read through its root by a descriptor that cannot be led out of it.</summary>
    private static Dictionary<uint, string> UserNames(int pid)
    {
        var names = new Dictionary<uint, string>();
        try
        {
            using var root = new RootedTree($"/proc/{pid}/root");
            foreach (string line in (root.ReadText("etc/passwd", 256 * 1024) ?? "").Split('\n'))
            {
                string[] fields = line.Split(':');
                if (fields.Length > 2 && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out uint user))
                {
                    names.TryAdd(user, fields[0]);
                }
            }
        }
        catch (Exception e) when (e is LinuxException or IOException)
        {
            // It has ended, or has no such file: numbers are shown.
        }
        return names;
    }
}
